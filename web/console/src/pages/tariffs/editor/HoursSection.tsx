/** 时段: kinds of days with their hours, and hours that lie on top of a day. */
import { Input, Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Panel } from '@/common/Page'
import { renamed, spansOf, withHours, withoutHours, type Period, type Span } from '@/domain/product'
import { DayBar } from './DayBar'
import { AddButton, changed, RateSelect, RemoveButton, TimeSelect, type PartProps } from './fields'

/** A name that others refer to: taken over when the field is left, and only if it is free. */
function NameInput({ name, taken, onRename }: { name: string; taken: string[]; onRename: (name: string) => void }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState(name)
  const clean = typed.trim()
  const bad = clean === '' || clean.includes('+') || (clean !== name && taken.includes(clean))
  return (
    <Input
      aria-label={t('product.dayName')}
      status={bad ? 'error' : ''}
      style={{ width: 160 }}
      maxLength={24}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={() => (bad ? setTyped(name) : clean !== name && onRename(clean))}
    />
  )
}

interface DayProps {
  name: string
  periods: Period[]
  onPeriods: (periods: Period[]) => void
}
export function Periods({ name, periods, onPeriods }: DayProps) {
  const { t } = useTranslation()
  const set = (index: number, period: Period | undefined): void => {
    // A period that is moved onto another one takes its place.
    const others = periods.filter((each, at) => at === index || each[0] !== period?.[0])
    const own = others.indexOf(periods[index] as Period)
    onPeriods(changed(others, own, period).sort(([a], [b]) => a.localeCompare(b)))
  }
  return (
    <>
      <DayBar spans={spansOf(periods)} label={name} />
      <div className="periods">
        {periods.map(([from, rate], index) => (
          <span key={from} className="row tight">
            <TimeSelect
              label={t('product.fromTime')}
              value={from}
              disabled={index === 0}
              onChange={(time) => set(index, [time, rate])}
            />
            <RateSelect value={rate} onChange={(next) => set(index, [from, next])} />
            {index > 0 && (
              <RemoveButton what={from} onClick={() => set(index, undefined)} />
            )}
          </span>
        ))}
      </div>
      <AddButton onClick={() => onPeriods(withPeriod(periods))}>{t('product.addPeriod')}</AddButton>
    </>
  )
}

/** Another period an hour after the last one, or in the first gap that has room. */
function withPeriod(periods: Period[]): Period[] {
  const used = new Set(periods.map(([from]) => from))
  const last = periods.at(-1)?.[0] ?? '00:00'
  const later = Array.from({ length: 24 }, (_, i) => `${String(i).padStart(2, '0')}:00`)
  const free = later.find((time) => time > last) ?? later.find((time) => !used.has(time))
  if (!free) return periods
  return [...periods, [free, 'flat'] as Period].sort(([a], [b]) => a.localeCompare(b))
}

function freeName(base: string, taken: string[]): string {
  for (let number = taken.length + 1; ; number += 1)
    if (!taken.includes(`${base}${number}`)) return `${base}${number}`
}

function Days({ product, onChange }: PartProps) {
  const { t } = useTranslation()
  const names = Object.keys(product.days)
  const setDay = (name: string, periods: Period[] | undefined): void => {
    const days = { ...product.days }
    if (periods) days[name] = periods
    else delete days[name]
    onChange({ ...product, days })
  }
  return (
    <>
      {names.map((name, index) => (
        <div key={index} className="sub-panel">
          <div className="row between">
            <NameInput
              key={name}
              name={name}
              taken={names}
              onRename={(next) => onChange(renamed(product, 'days', name, next))}
            />
            {names.length > 1 && <RemoveButton what={name} onClick={() => setDay(name, undefined)} />}
          </div>
          <Periods
            name={name}
            periods={product.days[name] ?? []}
            onPeriods={(periods) => setDay(name, periods)}
          />
        </div>
      ))}
      <AddButton
        testId="product-add-day"
        onClick={() =>
          setDay(freeName(t('product.dayBase'), names), [...(product.days[names[0] ?? ''] ?? [])])
        }
      >
        {t('product.addDay')}
      </AddButton>
    </>
  )
}

function Spans({ spans, onSpans }: { spans: Span[]; onSpans: (spans: Span[]) => void }) {
  const { t } = useTranslation()
  return (
    <>
      {spans.map(([from, until, rate], index) => (
        <span key={index} className="row tight">
          <TimeSelect
            label={t('product.fromTime')}
            value={from}
            onChange={(time) => onSpans(changed(spans, index, [time, until, rate]))}
          />
          –
          <TimeSelect
            label={t('product.untilTime')}
            value={until}
            toMidnight
            onChange={(time) => onSpans(changed(spans, index, [from, time, rate]))}
          />
          <RateSelect
            value={rate}
            onChange={(next) => onSpans(changed(spans, index, [from, until, next]))}
          />
          {spans.length > 1 && (
            <RemoveButton what={from} onClick={() => onSpans(changed(spans, index, undefined))} />
          )}
        </span>
      ))}
      <AddButton onClick={() => onSpans([...spans, [spans.at(-1)?.[1] ?? '09:00', '24:00', 'sharp']])}>
        {t('product.addSpan')}
      </AddButton>
    </>
  )
}

function Overlays({ product, onChange }: PartProps) {
  const { t } = useTranslation()
  const names = Object.keys(product.overlays)
  const setOverlay = (name: string, spans: Span[] | undefined): void => {
    const overlays = { ...product.overlays }
    if (spans) overlays[name] = spans
    else delete overlays[name]
    onChange({ ...product, overlays })
  }
  return (
    <>
      <h3 className="sub-head">{t('product.overlays')}</h3>
      <p className="small muted">{t('product.overlaysHint')}</p>
      {names.map((name, index) => (
        <div key={index} className="sub-panel">
          <div className="row between">
            <NameInput
              key={name}
              name={name}
              taken={names}
              onRename={(next) => onChange(renamed(product, 'overlays', name, next))}
            />
            <RemoveButton what={name} onClick={() => setOverlay(name, undefined)} />
          </div>
          <Spans spans={product.overlays[name] ?? []} onSpans={(spans) => setOverlay(name, spans)} />
        </div>
      ))}
      <AddButton
        testId="product-add-overlay"
        onClick={() =>
          setOverlay(freeName(t('product.overlayBase'), names), [['09:00', '15:00', 'deep_valley']])
        }
      >
        {t('product.addOverlay')}
      </AddButton>
    </>
  )
}

export function HoursSection({ product, onChange }: PartProps) {
  const { t } = useTranslation()
  const hasHours = Object.keys(product.days).length > 0
  const choose = (value: 'one' | 'hours'): void =>
    onChange(value === 'hours' ? withHours(product, t('product.dayFirst')) : withoutHours(product))
  return (
    <Panel
      title={t('product.hours')}
      extra={
        <Segmented
          value={hasHours ? ('hours' as const) : ('one' as const)}
          onChange={choose}
          aria-label={t('product.hours')}
          data-testid="product-hours"
          options={[
            { value: 'one' as const, label: t('product.noHours') },
            { value: 'hours' as const, label: t('product.byHours') },
          ]}
        />
      }
    >
      {hasHours ? (
        <div className="stack" style={{ gap: 12 }}>
          <Days product={product} onChange={onChange} />
          <Overlays product={product} onChange={onChange} />
        </div>
      ) : (
        <span className="muted">{t('product.noHoursHint')}</span>
      )}
    </Panel>
  )
}
