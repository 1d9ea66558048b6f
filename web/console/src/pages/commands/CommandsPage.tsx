/** 命令记录: every switch and download of the site, and what became of it. */
import { Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useCommandList } from '@/api/control'
import type { CommandKind, CommandState } from '@/api/types'
import { ListTable } from '@/common/ListTable'
import { PageHead } from '@/common/Page'
import { usePaging } from '@/common/usePaging'
import { Loaded, NoRows } from '@/common/views'
import { commandKinds, commandStates } from '@/domain/states'
import { useCommandColumns } from './commandColumns'
import { CommandDrawer } from './CommandDrawer'

interface Filter {
  kind: CommandKind | 'all'
  state: CommandState | 'all'
}
function FilterBar({ filter, onChange }: { filter: Filter; onChange: (filter: Filter) => void }) {
  const { t } = useTranslation()
  return (
    <>
      <Select<Filter['state']>
        value={filter.state}
        onChange={(state) => onChange({ ...filter, state })}
        aria-label={t('common.state')}
        style={{ width: 160 }}
        options={(['all', ...commandStates] as const).map((value) => ({
          value,
          label: value === 'all' ? t('batch.anyState') : t(`state.command.${value}`),
        }))}
      />
      <Select<Filter['kind']>
        value={filter.kind}
        onChange={(kind) => onChange({ ...filter, kind })}
        aria-label={t('batch.what')}
        style={{ width: 150 }}
        options={(['all', ...commandKinds] as const).map((value) => ({
          value,
          label: value === 'all' ? t('batch.anyKind') : t(`state.commandKind.${value}`),
        }))}
      />
    </>
  )
}

export function CommandsPage() {
  const { t } = useTranslation()
  const [filter, setFilter] = useState<Filter>({ kind: 'all', state: 'all' })
  const { kind, state } = filter
  const { limit, offset, paging } = usePaging(`${kind}${state}`)
  const [params, setParams] = useSearchParams()
  const open = Number(params.get('id')) || null
  const commands = useCommandList({
    limit,
    offset,
    ...(kind === 'all' ? {} : { kind }),
    ...(state === 'all' ? {} : { state }),
  })
  const columns = useCommandColumns()
  return (
    <>
      <PageHead
        title={t('command.heading')}
        sub={commands.data && t('common.total', { count: commands.data.total })}
      />
      <div className="panel">
        <Loaded query={commands}>
          {(list) => (
            <ListTable
              name="commands"
              columns={columns}
              rows={list.rows}
              rowKey={(c) => c.id}
              loading={commands.isPlaceholderData}
              paging={paging(list.total)}
              onOpen={(c) => setParams({ id: String(c.id) })}
              minWidth={1080}
              rowTestId="command-row"
              empty={
                <NoRows
                  filtered={kind !== 'all' || state !== 'all'}
                  title={t('command.none')}
                  hint={t('command.noneHint')}
                />
              }
              toolbar={<FilterBar filter={filter} onChange={setFilter} />}
            />
          )}
        </Loaded>
      </div>
      {open !== null && <CommandDrawer id={open} onClose={() => setParams({})} />}
    </>
  )
}
