/** Loading, empty, failed and forbidden: the four states every screen has besides its content. */
import { FrownOutlined, InboxOutlined, LockOutlined } from '@ant-design/icons'
import { Alert, Button, Skeleton } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { asApiError } from '@/api/errors'
import type { Right } from '@/api/types'
import { useSession } from '@/shell/SessionContext'
import { useStationWords } from './useStationWords'

export function LoadingView({ rows = 6 }: { rows?: number }) {
  const { t } = useTranslation()
  return (
    <div style={{ padding: 16 }} role="status" aria-label={t('common.loading')}>
      <Skeleton active title={false} paragraph={{ rows }} />
    </div>
  )
}

interface EmptyProps {
  title: string
  hint?: string
  icon?: ReactNode
  children?: ReactNode
}
export function EmptyView({ title, hint, icon, children }: EmptyProps) {
  return (
    <div className="state-view">
      <span className="icon" aria-hidden>
        {icon ?? <InboxOutlined />}
      </span>
      <h3>{title}</h3>
      {hint && <p>{hint}</p>}
      {children && <div className="do">{children}</div>}
    </div>
  )
}

export function useErrorText(): (error: unknown) => string {
  const { i18n } = useTranslation()
  return (error) => {
    const known = asApiError(error)
    return known.text(i18n.language)
  }
}

export function ErrorView({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t, i18n } = useTranslation()
  const known = asApiError(error)
  return (
    <div className="state-view error" role="alert">
      <span className="icon" aria-hidden>
        <FrownOutlined />
      </span>
      <h3>{t('error.loadFailed')}</h3>
      <p>{known.text(i18n.language)}</p>
      <p className="small break">
        {t('error.code')}: <code>{known.code}</code>
        {known.detail && ` · ${known.detail}`}
      </p>
      {onRetry && (
        <div className="do">
          <Button onClick={onRetry}>{t('common.retry')}</Button>
        </div>
      )}
    </div>
  )
}

export function DeniedView({ right }: { right: Right }) {
  const { t } = useTranslation()
  const { session } = useSession()
  const hint = t('denied.hint', {
    role: t(`state.role.${session.user.role}`),
    right: t(`state.right.${right}`),
  })
  return <EmptyView icon={<LockOutlined />} title={t('denied.title')} hint={hint} />
}

/** What a form was told when it was sent. */
export function FormError({ error, testId }: { error: unknown; testId?: string }) {
  const { i18n } = useTranslation()
  const words = useStationWords()
  if (!error) return null
  const known = asApiError(error)
  return (
    <Alert
      type="error"
      showIcon
      title={known.text(i18n.language)}
      description={words(known.detail) || undefined}
      style={{ marginBottom: 16 }}
      data-testid={testId}
    />
  )
}

/** An empty list: nothing there at all, or nothing that fits the filter. */
export function NoRows({ filtered, ...plain }: EmptyProps & { filtered: boolean }) {
  const { t } = useTranslation()
  if (!filtered) return <EmptyView {...plain} />
  return <EmptyView title={t('empty.filtered')} hint={t('empty.filteredHint')} />
}

/** Shows its children only to those who may; others learn which right is missing. */
export function Guard({ right, children }: { right: Right; children: ReactNode }) {
  const { can } = useSession()
  return can(right) ? (
    <>{children}</>
  ) : (
    <div className="panel">
      <DeniedView right={right} />
    </div>
  )
}

export interface QueryLike<T> {
  data: T | undefined
  error: unknown
  isPending: boolean
  refetch: () => unknown
}
interface LoadedProps<T> {
  query: QueryLike<T>
  rows?: number
  children: (data: T) => ReactNode
}
/** Content when there is some (even beside an error of a later refresh), else loading or error. */
export function Loaded<T>({ query, rows, children }: LoadedProps<T>) {
  if (query.data !== undefined) return <>{children(query.data)}</>
  if (query.error) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />
  return <LoadingView rows={rows} />
}
