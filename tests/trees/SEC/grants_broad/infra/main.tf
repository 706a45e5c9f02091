resource "azurerm_role_assignment" "app" {
  scope                = azurerm_cognitive_account.openai.id
  role_definition_name = "Contributor"
  principal_id         = azurerm_linux_web_app.app.identity[0].principal_id
}
