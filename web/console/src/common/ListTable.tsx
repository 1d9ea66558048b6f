/** A table with sorting and a choice of columns; on a phone the same rows are cards. */
import { SettingOutlined } from '@ant-design/icons'
import { Button, Checkbox, Pagination, Popover, Table, type TableColumnType } from 'antd'
import { useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { readText, writeChoice } from './remembered'
import { useNarrow } from './useNarrow'

export interface ListColumn<T> {
  key: string
  title: string
  render: (row: T) => ReactNode
  sort?: (a: T, b: T) => number
  width?: number
  align?: 'left' | 'right' | 'center'
  ellipsis?: boolean
  /** Not shown until chosen. */
  optional?: boolean
  /** Its place on a phone's card; `line` when absent. */
  card?: 'title' | 'tag' | 'line' | 'foot' | 'hide'
}

export interface Paging {
  page: number
  pageSize: number
  total: number
  onChange: (page: number, pageSize: number) => void
}

interface ListTableProps<T> {
  name: string
  columns: ListColumn<T>[]
  rows: readonly T[]
  rowKey: (row: T) => number | string
  loading?: boolean
  paging?: Paging
  onOpen?: (row: T) => void
  empty: ReactNode
  /** Windowed rows within this height. */
  virtualHeight?: number
  toolbar?: ReactNode
  minWidth?: number
  rowTestId?: string
}

function useChosenColumns<T>(name: string, columns: ListColumn<T>[]) {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(() => {
    const stored = readText(`columns.${name}`)
    return new Set(
      stored === null
        ? columns.filter((c) => c.optional).map((c) => c.key)
        : stored.split(',').filter(Boolean),
    )
  })
  const toggle = (key: string): void => {
    const next = new Set(hidden)
    if (!next.delete(key)) next.add(key)
    writeChoice(`columns.${name}`, [...next].join(','))
    setHidden(next)
  }
  return { hidden, toggle }
}

function ColumnChoice<T>({
  columns,
  hidden,
  toggle,
}: {
  columns: ListColumn<T>[]
  hidden: ReadonlySet<string>
  toggle: (key: string) => void
}) {
  const { t } = useTranslation()
  const content = (
    <div className="stack" style={{ gap: 6 }}>
      {columns
        .filter((c) => c.title)
        .map((c, index) => (
          <Checkbox
            key={c.key}
            checked={!hidden.has(c.key)}
            disabled={index === 0}
            onChange={() => toggle(c.key)}
          >
            {c.title}
          </Checkbox>
        ))}
    </div>
  )
  return (
    <Popover content={content} title={t('common.columns')} trigger="click" placement="bottomRight">
      <Button
        icon={<SettingOutlined />}
        aria-label={t('common.columns')}
        title={t('common.columns')}
      />
    </Popover>
  )
}

function RowCard<T>({
  row,
  columns,
  onOpen,
  testId,
}: {
  row: T
  columns: ListColumn<T>[]
  onOpen?: (row: T) => void
  testId?: string
}) {
  const at = (card: ListColumn<T>['card']) =>
    columns.filter((c) => !c.optional && (c.card ?? 'line') === card)
  const foot = at('foot')
  return (
    <div
      className={onOpen ? 'row-card clickable' : 'row-card'}
      data-testid={testId}
      onClick={onOpen && (() => onOpen(row))}
    >
      <div className="head">
        <span className="break">
          {at('title').map((c) => (
            <span key={c.key}>{c.render(row)} </span>
          ))}
        </span>
        <span className="row tight" style={{ justifyContent: 'flex-end' }}>
          {at('tag').map((c) => (
            <span key={c.key}>{c.render(row)}</span>
          ))}
        </span>
      </div>
      <dl>
        {at('line').map((c) => [
          <dt key={`${c.key}t`}>{c.title}</dt>,
          <dd key={c.key}>{c.render(row)}</dd>,
        ])}
      </dl>
      {foot.length > 0 && (
        <div className="foot" onClick={(event) => event.stopPropagation()}>
          {foot.map((c) => (
            <span key={c.key}>{c.render(row)}</span>
          ))}
        </div>
      )}
    </div>
  )
}

function antdColumns<T>(columns: ListColumn<T>[]): TableColumnType<T>[] {
  return columns.map((column) => ({
    key: column.key,
    title: column.title,
    width: column.width,
    align: column.align,
    ellipsis: column.ellipsis,
    sorter: column.sort,
    className: column.align === 'right' ? 'num' : undefined,
    render: (_: unknown, row: T) => column.render(row),
  }))
}

const openableRow = (open: () => void, testId?: string) => ({
  className: 'clickable',
  'data-testid': testId,
  tabIndex: 0,
  onClick: open,
  onKeyDown: (event: React.KeyboardEvent) => {
    if (event.key === 'Enter' && event.target === event.currentTarget) open()
  },
})

const phoneChunk = 40

/** Cards of one page; a list without pages grows on request. */
function CardList<T extends object>(props: ListTableProps<T>) {
  const { columns, rows, rowKey, loading, paging, onOpen, rowTestId } = props
  const { t } = useTranslation()
  const [count, setCount] = useState(phoneChunk)
  return (
    <div className="cards" aria-busy={loading}>
      {rows.slice(0, count).map((row) => (
        <RowCard key={rowKey(row)} row={row} columns={columns} onOpen={onOpen} testId={rowTestId} />
      ))}
      {rows.length > count && (
        <Button onClick={() => setCount(count + phoneChunk)}>
          {t('common.more')} · {t('common.of', { shown: count, total: rows.length })}
        </Button>
      )}
      {paging && paging.total > paging.pageSize && (
        <Pagination
          simple
          align="center"
          current={paging.page}
          pageSize={paging.pageSize}
          total={paging.total}
          onChange={paging.onChange}
        />
      )}
    </div>
  )
}

function WideTable<T extends object>(props: ListTableProps<T> & { shown: TableColumnType<T>[] }) {
  const { shown, rows, rowKey, loading, paging, onOpen, virtualHeight, minWidth, rowTestId } = props
  const { t } = useTranslation()
  const pages = paging && {
    current: paging.page,
    pageSize: paging.pageSize,
    total: paging.total,
    onChange: paging.onChange,
    showSizeChanger: true,
    pageSizeOptions: [20, 50],
    showTotal: (count: number) => t('common.total', { count }),
    style: { paddingInline: 16 },
  }
  const plain = { 'data-testid': rowTestId } as object
  return (
    <Table<T>
      size="small"
      rowKey={rowKey}
      columns={shown}
      dataSource={rows as T[]}
      loading={loading}
      showSorterTooltip={false}
      virtual={virtualHeight !== undefined}
      scroll={{ x: minWidth ?? 900, ...(virtualHeight === undefined ? {} : { y: virtualHeight }) }}
      onRow={(row) => (onOpen ? openableRow(() => onOpen(row), rowTestId) : plain)}
      pagination={pages ?? false}
    />
  )
}

export function ListTable<T extends object>(props: ListTableProps<T>) {
  const { name, columns, rows, loading, empty, toolbar } = props
  const narrow = useNarrow()
  const { hidden, toggle } = useChosenColumns(name, columns)
  const shown = useMemo(
    () => antdColumns(columns.filter((c) => !hidden.has(c.key))),
    [columns, hidden],
  )
  const isEmpty = rows.length === 0 && !loading
  return (
    <>
      {toolbar && (
        <div className="toolbar">
          {toolbar}
          {!narrow && (
            <span className="spread">
              <ColumnChoice columns={columns} hidden={hidden} toggle={toggle} />
            </span>
          )}
        </div>
      )}
      {isEmpty ? empty : narrow ? <CardList {...props} /> : <WideTable {...props} shown={shown} />}
    </>
  )
}
