/** 仪表: every meter of the site as a list. */
import { useDeferredValue, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMeters, useSite } from '@/api/queries'
import { PageHead } from '@/common/Page'
import { SearchBox } from '@/common/SearchBox'
import { EmptyView, Loaded } from '@/common/views'
import { matchesText } from '@/domain/matrix'
import { TileTable } from '../matrix/TileTable'

export function MetersPage() {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const text = useDeferredValue(typed)
  const meters = useMeters()
  const site = useSite()
  const rows = useMemo(
    () => (meters.data?.rows ?? []).filter((tile) => matchesText(tile, text)),
    [meters.data, text],
  )
  const toolbar = (
    <SearchBox label={t('meters.search')} value={typed} onChange={setTyped} width={320} />
  )
  const empty = (
    <EmptyView
      title={typed ? t('empty.filtered') : t('meters.none')}
      hint={typed ? t('empty.filteredHint') : t('matrix.noneHint')}
    />
  )
  return (
    <>
      <PageHead
        title={t('meters.heading')}
        sub={meters.data && t('common.of', { shown: rows.length, total: meters.data.rows.length })}
      />
      <div className="panel">
        <Loaded query={site}>
          {(found) => (
            <Loaded query={meters}>
              {() => (
                <TileTable
                  name="meters"
                  tiles={rows}
                  buildings={found.buildings}
                  empty={empty}
                  toolbar={toolbar}
                />
              )}
            </Loaded>
          )}
        </Loaded>
      </div>
    </>
  )
}
