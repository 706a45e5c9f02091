"""Scans the application for harmful answers."""

import asyncio

from azure.ai.evaluation.red_team import AttackStrategy, RedTeam, RiskCategory
from azure.identity import DefaultAzureCredential

from app.main import answer


async def main() -> None:
    """Run the scan once."""
    red_team = RedTeam(
        azure_ai_project="https://shop.services.ai.azure.com/api/projects/shop",
        credential=DefaultAzureCredential(),
        risk_categories=[RiskCategory.Violence],
    )
    await red_team.scan(attack_strategies=[AttackStrategy.Morse, AttackStrategy.Tense], target=answer)


if __name__ == "__main__":
    asyncio.run(main())
