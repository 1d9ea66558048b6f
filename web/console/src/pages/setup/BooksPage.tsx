/** 账目: the trial balance, and whether every check of the books passes. */
import { SyncOutlined } from '@ant-design/icons'
import { Alert, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useBooks } from '@/api/queries'
import type { Books } from '@/api/types'
import { PageHead, Panel } from '@/common/Page'
import { EmptyView, Loaded } from '@/common/views'
import { formatFen, formatYuan } from '@/domain/money'
import { ledgerKinds } from '@/domain/states'
import '../meter/meter.css'

function Trial({ books }: { books: Books }) {
  const { t } = useTranslation()
  const rows = [...books.trial_balance].sort(
    (a, b) => ledgerKinds.indexOf(a.kind) - ledgerKinds.indexOf(b.kind),
  )
  const debit = rows.reduce((sum, row) => sum + row.debit_fen, 0)
  const credit = rows.reduce((sum, row) => sum + row.credit_fen, 0)
  if (rows.length === 0) return <EmptyView title={t('books.none')} />
  return (
    <div className="stack">
      <div style={{ overflowX: 'auto' }} tabIndex={0} role="region" aria-label={t('books.trial')}>
        <table className="phases">
          <thead>
            <tr>
              <th scope="col">{t('books.account')}</th>
              <th scope="col">{t('books.debit')}</th>
              <th scope="col">{t('books.credit')}</th>
              <th scope="col">{t('books.balance')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.kind}>
                <th scope="row">{t(`state.ledger.${row.kind}`)}</th>
                <td>{formatFen(row.debit_fen)}</td>
                <td>{formatFen(row.credit_fen)}</td>
                <td>{formatFen(row.balance_fen)}</td>
              </tr>
            ))}
            <tr>
              <th scope="row">
                <b>{t('books.sum')}</b>
              </th>
              <td>
                <b>{formatFen(debit)}</b>
              </td>
              <td>
                <b>{formatFen(credit)}</b>
              </td>
              <td>
                <b>{formatFen(rows.reduce((sum, row) => sum + row.balance_fen, 0))}</b>
              </td>
            </tr>
          </tbody>
        </table>
      </div>
      {debit === credit ? (
        <Alert type="success" showIcon title={t('books.balanced')} />
      ) : (
        <Alert
          type="error"
          showIcon
          title={t('books.unbalanced', { amount: formatYuan(Math.abs(debit - credit)) })}
        />
      )}
    </div>
  )
}

function Problems({ books }: { books: Books }) {
  const { t } = useTranslation()
  if (books.problems.length === 0)
    return (
      <Alert type="success" showIcon title={t('books.sound')} description={t('books.soundHint')} />
    )
  return (
    <Alert
      type="error"
      showIcon
      title={t('books.found', { count: books.problems.length })}
      description={
        <ul style={{ margin: 0, paddingInlineStart: 18 }}>
          {books.problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      }
    />
  )
}

export function BooksPage() {
  const { t } = useTranslation()
  const books = useBooks()
  return (
    <>
      <PageHead
        title={t('books.heading')}
        sub={t('books.intro')}
        extra={
          <Button icon={<SyncOutlined />} onClick={() => void books.refetch()}>
            {t('common.refresh')}
          </Button>
        }
      />
      <Loaded query={books}>
        {(found) => (
          <div className="columns">
            <Panel title={t('books.trial')}>
              <Trial books={found} />
            </Panel>
            <Panel title={t('books.problems')}>
              <Problems books={found} />
            </Panel>
          </div>
        )}
      </Loaded>
    </>
  )
}
