param principalId string

// Contributor would be b24988ac-6180-42a0-ab88-20f7382dd24c
module openAiUser 'role.bicep' = {
  name: 'openai-user'
  params: {
    principalId: principalId
    roleDefinitionId: '5e0bd9bd-7b93-4f28-af87-19fc36ad61bd'
  }
}
