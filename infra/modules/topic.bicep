metadata description = 'The system topic of a subscription. Azure allows one for each, whoever made it.'

@description('Tags of every resource.')
param tags object

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: 'evgt-portcullis'
  location: 'global'
  tags: tags
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    source: subscription().id
    topicType: 'Microsoft.Resources.Subscriptions'
  }
}

@description('Name of the topic.')
output name string = topic.name

@description('Object id of the identity with which the topic writes dead letters.')
output principalId string = topic.identity.principalId
