import { expect, test } from "@playwright/test";

test("a question is answered", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("textbox").fill("When will it arrive?");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("reply")).toContainText("In two days.");
});
