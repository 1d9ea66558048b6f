/** A tariff's content as a form; read-only it is how a version is shown. */
import { ConfigProvider } from 'antd'
import type { Product } from '@/domain/product'
import { CalendarSection } from './CalendarSection'
import { HoursSection } from './HoursSection'
import { LinesSection } from './LinesSection'
import { SampleSection } from './SampleSection'
import { BasicsSection, CycleSection, FeesSection } from './TermsSections'

interface ProductFormProps {
  product: Product
  onChange?: (product: Product) => void
}
const nothing = (): void => undefined

export function ProductForm({ product, onChange }: ProductFormProps) {
  const part = { product, onChange: onChange ?? nothing }
  const hasHours = Object.keys(product.days).length > 0
  const hasSteps = product.lines.some((line) => line.steps.length > 0)
  return (
    <div className={onChange ? 'stack product' : 'stack product read-only'}>
      <ConfigProvider componentDisabled={onChange === undefined}>
        <BasicsSection {...part} />
        <HoursSection {...part} />
        {hasHours && <CalendarSection {...part} />}
        <LinesSection {...part} />
        {hasSteps && <CycleSection {...part} />}
        <FeesSection {...part} />
      </ConfigProvider>
      <SampleSection product={product} />
    </div>
  )
}
