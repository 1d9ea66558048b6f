/** State and kind of a list that the station filters: two selects, each with "all". */
import { Select } from 'antd'
import { useTranslation } from 'react-i18next'

export interface Choice<State extends string, Kind extends string> {
  state: State | 'all'
  kind: Kind | 'all'
}

/** What a chosen filter asks the station for; nothing for "all". */
export function asked<State extends string, Kind extends string>({ state, kind }: Choice<State, Kind>) {
  return { ...(state === 'all' ? {} : { state }), ...(kind === 'all' ? {} : { kind }) } as {
    state?: State
    kind?: Kind
  }
}

interface OneProps<T extends string> {
  label: string
  any: string
  values: readonly T[]
  name: (value: T) => string
  value: T | 'all'
  width: number
  onChange: (value: T | 'all') => void
}
function One<T extends string>({ label, any, values, name, value, width, onChange }: OneProps<T>) {
  return (
    <Select<T | 'all'>
      value={value}
      onChange={onChange}
      aria-label={label}
      style={{ width }}
      options={[
        { value: 'all', label: any },
        ...values.map((each) => ({ value: each, label: name(each) })),
      ]}
    />
  )
}

interface ChoiceFilterProps<State extends string, Kind extends string> {
  states: readonly State[]
  kinds: readonly Kind[]
  /** Where the names of the states are: `state.batch`, `state.command`. */
  stateNames: string
  choice: Choice<State, Kind>
  onChange: (choice: Choice<State, Kind>) => void
}
export function ChoiceFilter<State extends string, Kind extends string>(
  props: ChoiceFilterProps<State, Kind>,
) {
  const { states, kinds, stateNames, choice, onChange } = props
  const { t } = useTranslation()
  return (
    <>
      <One
        label={t('common.state')}
        any={t('batch.anyState')}
        values={states}
        name={(state) => t(`${stateNames}.${state}`)}
        value={choice.state}
        width={160}
        onChange={(state) => onChange({ ...choice, state })}
      />
      <One
        label={t('batch.what')}
        any={t('batch.anyKind')}
        values={kinds}
        name={(kind) => t(`state.commandKind.${kind}`)}
        value={choice.kind}
        width={150}
        onChange={(kind) => onChange({ ...choice, kind })}
      />
    </>
  )
}
