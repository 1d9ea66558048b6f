import { describe, expect, it } from 'vitest'
import { asked } from './ChoiceFilter'

describe('a chosen filter', () => {
  it.each([
    ['nothing chosen asks for all', { state: 'all', kind: 'all' }, {}],
    ['a state', { state: 'failed', kind: 'all' }, { state: 'failed' }],
    ['a kind', { state: 'all', kind: 'trip' }, { kind: 'trip' }],
    ['both', { state: 'failed', kind: 'trip' }, { state: 'failed', kind: 'trip' }],
  ] as const)('%s', (_, choice, query) => expect(asked<string, string>(choice)).toEqual(query))
})
