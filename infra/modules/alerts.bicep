metadata description = 'Alerts by the log; docs/operate says what each means. A row that a query gives is the alert.'

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Resource id of the workspace that is asked.')
param workspaceId string

@description('Address to mail to; empty for none.')
param email string

@description('A sweep is late when none has ended for so many hours.')
param sweepLateAfterHours int

var rules = [
  {
    name: 'sweep-late'
    title: 'Portcullis: no sweep has ended in time'
    severity: 1
    window: 'P2D'
    frequency: 'PT1H'
    query: replace(loadTextContent('../../docs/operate/sweep-late.kql'), 'late_after = 9h', 'late_after = ${sweepLateAfterHours}h')
  }
  {
    name: 'poison-messages'
    title: 'Portcullis: work failed for good'
    severity: 2
    window: 'PT1H'
    frequency: 'PT15M'
    query: loadTextContent('../../docs/operate/poison-messages.kql')
  }
  {
    name: 'unread-subscriptions'
    title: 'Portcullis: subscriptions were not read'
    severity: 2
    window: 'PT1H'
    frequency: 'PT15M'
    query: loadTextContent('../../docs/operate/unread-subscriptions.kql')
  }
  {
    name: 'cards-refused'
    title: 'Portcullis: Teams refuses cards'
    severity: 2
    window: 'PT1H'
    frequency: 'PT15M'
    query: loadTextContent('../../docs/operate/cards-refused.kql')
  }
]

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(email)) {
  name: 'ag-portcullis'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'portcullis'
    emailReceivers: [
      {
        name: 'operators'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

resource alerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [for rule in rules: {
  name: 'portcullis-${rule.name}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: rule.title
    description: 'What to do: docs/operate/README.md, ${rule.name}.'
    severity: rule.severity
    enabled: true
    scopes: [
      workspaceId
    ]
    evaluationFrequency: rule.frequency
    windowSize: rule.window
    autoMitigate: true
    criteria: {
      allOf: [
        {
          query: rule.query
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    actions: {
      actionGroups: empty(email) ? [] : [
        people.id
      ]
    }
  }
}]
