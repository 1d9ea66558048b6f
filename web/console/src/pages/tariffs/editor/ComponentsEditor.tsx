/** A price built from what it consists of: floating parts times the rate's factor, plus fixed parts. */
import { Input, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Component, Line, Rate } from '@/domain/product'
import { linePriceE8 } from '@/domain/sampleBill'
import { formatPrice } from '@/domain/quantity'
import { AddButton, changed, DecimalInput, Field, RemoveButton, WholeInput } from './fields'

interface EditorProps {
  line: Line
  onLine: (line: Line) => void
  rates: Rate[]
}

function ComponentRow({ line, onLine, index }: Omit<EditorProps, 'rates'> & { index: number }) {
  const { t } = useTranslation()
  const component = line.components[index] as Component
  const set = (next: Component | undefined): void =>
    onLine({ ...line, components: changed(line.components, index, next) })
  return (
    <div className="row tight">
      <Input
        aria-label={t('product.componentName')}
        status={component.name.trim() ? '' : 'error'}
        style={{ width: 170 }}
        maxLength={40}
        value={component.name}
        onChange={(event) => set({ ...component, name: event.target.value })}
      />
      <DecimalInput
        label={`${component.name} ${t('product.price')}`}
        value={component.amount}
        onChange={(amount) => set({ ...component, amount })}
      />
      <Select<Component['kind']>
        aria-label={t('product.componentKind')}
        style={{ width: 110 }}
        value={component.kind}
        onChange={(kind) => set({ ...component, kind })}
        options={(['floating', 'fixed'] as const).map((value) => ({
          value,
          label: t(`product.kinds.${value}`),
        }))}
      />
      <RemoveButton what={component.name} onClick={() => set(undefined)} />
    </div>
  )
}

function FactorRow({ line, onLine, rates, rate }: EditorProps & { rate: Rate }) {
  const { t } = useTranslation()
  const own = line.factors[rate]
  const set = (factor: string, of: Rate | undefined): void => {
    const factors = { ...line.factors, [rate]: of && of !== 'flat' ? { factor, of } : { factor } }
    if (factor === '') delete factors[rate]
    onLine({ ...line, factors })
  }
  const price = linePriceE8(line, rate)
  const others: Rate[] = ['flat', ...rates.filter((each) => each !== rate && each !== 'flat')]
  return (
    <div className="row tight">
      <span style={{ width: 40 }}>{t(`state.rate.${rate}`)}</span>
      {rate === 'flat' ? (
        <span className="muted">{t('product.factorFlat')}</span>
      ) : (
        <>
          <span>=</span>
          <Select<Rate>
            aria-label={t('product.factorOf')}
            style={{ width: 92 }}
            value={own?.of ?? 'flat'}
            onChange={(of) => set(own?.factor ?? '1', of)}
            options={others.map((value) => ({ value, label: t(`state.rate.${value}`) }))}
          />
          <span>×</span>
          <DecimalInput
            label={`${t(`state.rate.${rate}`)} ${t('product.factor')}`}
            value={own?.factor ?? ''}
            places={6}
            width={100}
            optional
            onChange={(factor) => set(factor, own?.of)}
          />
        </>
      )}
      <span className="muted num">
        → {price === null ? t('product.noPrice') : formatPrice(Number(price))}
        {line.printed?.[rate] ? ` (${t('product.printedWins')})` : ''}
      </span>
    </div>
  )
}

function Rounding({ line, onLine }: Omit<EditorProps, 'rates'>) {
  const { t } = useTranslation()
  return (
    <div className="row">
      <Field label={t('product.places')}>
        <WholeInput
          label={t('product.places')}
          value={line.price_places}
          onChange={(places) => onLine({ ...line, price_places: Math.min(8, places) })}
        />
      </Field>
      <Field label={t('product.priceRounding')}>
        <Select<Line['price_rounding']>
          aria-label={t('product.priceRounding')}
          style={{ width: 130 }}
          value={line.price_rounding}
          onChange={(price_rounding) => onLine({ ...line, price_rounding })}
          options={(['half_up', 'down'] as const).map((value) => ({
            value,
            label: t(`product.roundings.${value}`),
          }))}
        />
      </Field>
    </div>
  )
}

export function ComponentsEditor({ line, onLine, rates }: EditorProps) {
  const { t } = useTranslation()
  const add = (component: Component): void =>
    onLine({ ...line, components: [...line.components, component] })
  if (line.components.length === 0)
    return (
      <AddButton
        testId="product-add-components"
        onClick={() => add({ name: t('product.purchase'), amount: '', kind: 'floating' })}
      >
        {t('product.buildPrice')}
      </AddButton>
    )
  return (
    <>
      <h3 className="sub-head">{t('product.components')}</h3>
      <p className="small muted">{t('product.componentsHint')}</p>
      {line.components.map((_, index) => (
        <ComponentRow key={index} line={line} onLine={onLine} index={index} />
      ))}
      <AddButton onClick={() => add({ name: t('product.funds'), amount: '', kind: 'fixed' })}>
        {t('product.addComponent')}
      </AddButton>
      <h3 className="sub-head">{t('product.factors')}</h3>
      {[...new Set<Rate>([...rates, 'flat'])].map((rate) => (
        <FactorRow key={rate} line={line} onLine={onLine} rates={rates} rate={rate} />
      ))}
      <Rounding line={line} onLine={onLine} />
    </>
  )
}
