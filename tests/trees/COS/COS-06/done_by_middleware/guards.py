from langchain.agents.middleware import AgentMiddleware

MOST = 50_000


class IngressGuards(AgentMiddleware):
    def before_model(self, state, runtime):
        last = state["messages"][-1]
        return {"messages": [last.model_copy(update={"content": last.content[:MOST]})]}
