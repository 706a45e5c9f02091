resource board 'Microsoft.Portal/dashboards@2020-09-01-preview' = {
  name: 'backend'
  properties: {
    metrics: [ { name: 'requests/failed' } ]
  }
}
