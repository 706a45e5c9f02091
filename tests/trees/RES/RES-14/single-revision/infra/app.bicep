param name string
param image string
param revisionMode string = 'Single'

resource app 'Microsoft.App/containerApps@2023-05-01' = {
  name: name
  location: resourceGroup().location
  properties: {
    configuration: {
      activeRevisionsMode: revisionMode
      ingress: {
        external: true
        targetPort: 8000
      }
    }
    template: {
      containers: [ { name: 'main', image: image } ]
    }
  }
}
