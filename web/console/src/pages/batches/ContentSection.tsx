/** What a batch writes: settings, or hour and season tables. */
import { Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { Panel } from '@/common/Page'
import type { BatchDraft, Season } from '@/domain/batch'
import type { Period } from '@/domain/product'
import {
  AddButton,
  changed,
  DayOfYear,
  DecimalInput,
  Field,
  RemoveButton,
  WholeInput,
} from '../tariffs/editor/fields'
import { Periods } from '../tariffs/editor/HoursSection'
import type { DraftProps } from './WhoSection'

const settings = [
  ['alarm1', '¥', 2],
  ['alarm2', '¥', 2],
  ['overloadKw', 'kW', 3],
  ['overdraft', '¥', 2],
] as const

function Settings({ draft, onChange }: DraftProps) {
  const { t } = useTranslation()
  const label = {
    alarm1: t('meter.alarm1'),
    alarm2: t('meter.alarm2'),
    overloadKw: t('meter.overload'),
    overdraft: t('meter.overdraft'),
  }
  return (
    <>
      <p className="muted">{t('batch.settingsHint')}</p>
      <div className="row" style={{ gap: 16, alignItems: 'flex-start' }}>
        {settings.map(([name, unit, places]) => (
          <Field key={name} label={label[name]}>
            <DecimalInput
              label={label[name]}
              value={draft[name]}
              places={places}
              suffix={unit}
              placeholder={t('batch.unchanged')}
              optional
              width={160}
              testId={`batch-${name}`}
              onChange={(value) => onChange({ ...draft, [name]: value })}
            />
          </Field>
        ))}
      </div>
    </>
  )
}

function Seasons({ draft, onChange }: DraftProps) {
  const { t } = useTranslation()
  const set = (seasons: Season[]): void => onChange({ ...draft, seasons })
  return (
    <div className="sub-panel">
      <b>{t('batch.seasons')}</b>
      {draft.seasons.map((season, index) => (
        <div key={index} className="row">
          <span>{t('batch.fromDate')}</span>
          <DayOfYear
            label={t('batch.fromDate')}
            value={season.from}
            onChange={(from) => set(changed(draft.seasons, index, { ...season, from }))}
          />
          <Select<1 | 2>
            aria-label={t('batch.dayTable')}
            style={{ width: 130 }}
            value={season.table}
            onChange={(table) => set(changed(draft.seasons, index, { ...season, table }))}
            options={([1, 2] as const).map((value) => ({
              value,
              label: t('batch.dayTableNumber', { number: value }),
            }))}
          />
          {draft.seasons.length > 1 && (
            <RemoveButton
              what={season.from}
              onClick={() => set(changed(draft.seasons, index, undefined))}
            />
          )}
        </div>
      ))}
      {draft.seasons.length < 4 && (
        <AddButton onClick={() => set([...draft.seasons, { from: '07-01', table: 2 }])}>
          {t('batch.addSeason')}
        </AddButton>
      )}
    </div>
  )
}

function Tables({ draft, onChange }: DraftProps) {
  const { t } = useTranslation()
  const set = (index: number, periods: Period[]): void =>
    onChange({
      ...draft,
      days: [index === 0 ? periods : draft.days[0], index === 1 ? periods : draft.days[1]],
    })
  return (
    <div className="stack" style={{ gap: 12 }}>
      <p className="muted" style={{ margin: 0 }}>
        {t('batch.tablesHint')}
      </p>
      {draft.days.map((periods, index) => {
        const name = t('batch.dayTableNumber', { number: index + 1 })
        return (
          <div key={name} className="sub-panel">
            <b>{name}</b>
            <Periods name={name} periods={periods} onPeriods={(next) => set(index, next)} />
          </div>
        )
      })}
      <Seasons draft={draft} onChange={onChange} />
    </div>
  )
}

function Pace({ draft, onChange }: DraftProps) {
  const { t } = useTranslation()
  return (
    <div className="row" style={{ gap: 16, alignItems: 'flex-start' }}>
      <Field label={t('batch.rateAll')}>
        <WholeInput
          label={t('batch.rateAll')}
          value={draft.rate}
          min={1}
          suffix={t('batch.perMinute')}
          width={150}
          onChange={(rate) => onChange({ ...draft, rate })}
        />
      </Field>
      <Field label={t('batch.rateBus')}>
        <WholeInput
          label={t('batch.rateBus')}
          value={draft.busRate}
          min={1}
          suffix={t('batch.perMinute')}
          width={150}
          onChange={(busRate) => onChange({ ...draft, busRate })}
        />
      </Field>
    </div>
  )
}

export function ContentSection({ draft, onChange }: DraftProps) {
  const { t } = useTranslation()
  const kind: BatchDraft['kind'] = draft.kind
  return (
    <>
      {kind === 'write_settings' && (
        <Panel title={t('batch.content')}>
          <Settings draft={draft} onChange={onChange} />
        </Panel>
      )}
      {kind === 'write_time_tables' && (
        <Panel title={t('batch.content')}>
          <Tables draft={draft} onChange={onChange} />
        </Panel>
      )}
      <Panel title={t('batch.pace')}>
        <Pace draft={draft} onChange={onChange} />
      </Panel>
    </>
  )
}
