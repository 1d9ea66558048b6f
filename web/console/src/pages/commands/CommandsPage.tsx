/** 命令记录: every switch and download of the site, and what became of it. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useCommandList } from '@/api/control'
import type { CommandKind, CommandState } from '@/api/types'
import { asked, ChoiceFilter, type Choice } from '@/common/ChoiceFilter'
import { ListTable } from '@/common/ListTable'
import { PageHead } from '@/common/Page'
import { usePaging } from '@/common/usePaging'
import { Loaded, NoRows } from '@/common/views'
import { commandKinds, commandStates } from '@/domain/states'
import { useCommandColumns } from './commandColumns'
import { CommandDrawer } from './CommandDrawer'

export function CommandsPage() {
  const { t } = useTranslation()
  const [filter, setFilter] = useState<Choice<CommandState, CommandKind>>({ kind: 'all', state: 'all' })
  const { kind, state } = filter
  const { limit, offset, paging } = usePaging(`${kind}${state}`)
  const [params, setParams] = useSearchParams()
  const open = Number(params.get('id')) || null
  const commands = useCommandList({ limit, offset, ...asked(filter) })
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
              minWidth={1000}
              rowTestId="command-row"
              empty={
                <NoRows
                  filtered={kind !== 'all' || state !== 'all'}
                  title={t('command.none')}
                  hint={t('command.noneHint')}
                />
              }
              toolbar={
                <ChoiceFilter states={commandStates} kinds={commandKinds} stateNames="state.command" choice={filter} onChange={setFilter} />
              }
            />
          )}
        </Loaded>
      </div>
      {open !== null && <CommandDrawer id={open} onClose={() => setParams({})} />}
    </>
  )
}
