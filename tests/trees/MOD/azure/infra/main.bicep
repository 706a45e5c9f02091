param chatModelName string = 'gpt-5.4'
param chatDeploymentName string = 'chat'
param evalModelName string = 'gpt-4'

var deployments = [
  {
    name: chatDeploymentName
    model: {
      format: 'OpenAI'
      name: chatModelName
    }
  }
  {
    name: 'embedding'
    model: {
      format: 'OpenAI'
      name: 'text-embedding-3-large'
      version: '1'
    }
    versionUpgradeOption: 'OnceNewDefaultVersionAvailable'
  }
  {
    name: 'evaluation'
    model: {
      format: 'OpenAI'
      name: evalModelName
    }
  }
]
