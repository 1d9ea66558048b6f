/** The frame of a page: its head with title and actions, and panels. */
import { useEffect, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

interface PageHeadProps {
  title: string
  sub?: ReactNode
  extra?: ReactNode
}
export function PageHead({ title, sub, extra }: PageHeadProps) {
  const { t } = useTranslation()
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`
  }, [title, t])
  return (
    <div className="page-head">
      <h1>{title}</h1>
      {sub && <span className="sub">{sub}</span>}
      {extra && <div className="extra">{extra}</div>}
    </div>
  )
}

interface PanelProps {
  title?: ReactNode
  extra?: ReactNode
  flush?: boolean
  children: ReactNode
  testId?: string
}
export function Panel({ title, extra, flush, children, testId }: PanelProps) {
  return (
    <section className="panel" data-testid={testId}>
      {(title || extra) && (
        <header>
          {title && <h2>{title}</h2>}
          {extra}
        </header>
      )}
      <div className={flush ? 'body flush' : 'body'}>{children}</div>
    </section>
  )
}

export interface FactItem {
  label: string
  value: ReactNode
  testId?: string
}
export function Facts({ items, big }: { items: FactItem[]; big?: boolean }) {
  return (
    <dl className={big ? 'facts big' : 'facts'}>
      {items.map((item) => (
        <div key={item.label}>
          <dt>{item.label}</dt>
          <dd data-testid={item.testId}>{item.value}</dd>
        </div>
      ))}
    </dl>
  )
}
