module readerRole 'role.bicep' = {
  name: 'reader-role'
  params: {
    principalId: managedIdentity.outputs.principalId
    roleDefinitionId: '43d0d8ad-25c7-4714-9337-8ba259a9fe05' // Monitoring Reader
    principalType: 'ServicePrincipal'
  }
}
