param name string
param image string
param stable string

resource app 'Microsoft.App/containerApps@2023-05-01' = {
  name: name
  location: resourceGroup().location
  properties: {
    configuration: {
      activeRevisionsMode: 'Multiple'
      ingress: {
        external: true
        targetPort: 8000
        traffic: [
          { revisionName: stable, weight: 90 }
          { latestRevision: true, weight: 10 }
        ]
      }
    }
    template: {
      containers: [ { name: 'main', image: image } ]
    }
  }
}
