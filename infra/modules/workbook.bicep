metadata description = 'A workbook with a panel for each question of docs/operate.'

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Resource id of the workspace that is asked.')
param workspaceId string

var panels = [
  {
    title: 'How long did sweeps take, and when was the last?'
    query: loadTextContent('../../docs/operate/sweep-duration.kql')
  }
  {
    title: 'Which subscriptions were not read?'
    query: loadTextContent('../../docs/operate/unread-subscriptions.kql')
  }
  {
    title: 'How fast are changes told?'
    query: loadTextContent('../../docs/operate/event-lag.kql')
  }
  {
    title: 'What failed for good?'
    query: loadTextContent('../../docs/operate/poison-messages.kql')
  }
  {
    title: 'Which functions fail, and why?'
    query: loadTextContent('../../docs/operate/errors-by-function.kql')
  }
  {
    title: 'Which cards does Teams refuse?'
    query: loadTextContent('../../docs/operate/cards-refused.kql')
  }
  {
    title: 'Who slows us down?'
    query: loadTextContent('../../docs/operate/throttling.kql')
  }
  {
    title: 'What became of plans?'
    query: loadTextContent('../../docs/operate/remediation-outcomes.kql')
  }
  {
    title: 'Are sessions read?'
    query: loadTextContent('../../docs/operate/sessions-read.kql')
  }
  {
    title: 'What costs money?'
    query: loadTextContent('../../docs/operate/cost-drivers.kql')
  }
]
var aWeekInMilliseconds = 604800000

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'portcullis')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Portcullis'
    category: 'workbook'
    sourceId: workspaceId
    serializedData: string({
      version: 'Notebook/1.0'
      items: map(panels, panel => {
        type: 3
        name: panel.title
        content: {
          version: 'KqlItem/1.0'
          title: panel.title
          query: panel.query
          size: 0
          queryType: 0
          resourceType: 'microsoft.operationalinsights/workspaces'
          timeContext: {
            durationMs: aWeekInMilliseconds
          }
        }
      })
    })
  }
}
