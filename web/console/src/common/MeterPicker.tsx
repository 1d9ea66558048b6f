/** One search box for a meter: number, room, shop, customer; phone numbers are asked of the station. */
import { SearchOutlined } from '@ant-design/icons'
import { AutoComplete, Input, type InputRef } from 'antd'
import { useMemo, useState, type RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { useAccounts, useMeters, useSite } from '@/api/queries'
import type { Tile } from '@/api/types'
import { matchesText } from '@/domain/matrix'
import { MeterOption } from './MeterOption'
import { useDebounced } from './useDebounced'

const shownAtMost = 30

interface MeterPickerProps {
  placeholder: string
  accept: (tile: Tile) => boolean
  onPick: (tile: Tile) => void
  searchAccounts?: boolean
  inputRef?: RefObject<InputRef | null>
  autoFocus?: boolean
  noHit: string
  testId: string
}

function useHits(text: string, accept: (tile: Tile) => boolean, searchAccounts: boolean): Tile[] {
  const meters = useMeters()
  const asked = useDebounced(text.trim(), 250)
  const accounts = useAccounts(
    searchAccounts && asked.length >= 3
      ? { text: asked, state: 'open', limit: shownAtMost }
      : { limit: 1 },
  )
  return useMemo(() => {
    const byAccount = new Set<number>()
    if (searchAccounts && asked.length >= 3 && !accounts.isPlaceholderData) {
      for (const account of accounts.data?.rows ?? [])
        for (const meter of account.meters) byAccount.add(meter.id)
    }
    return (meters.data?.rows ?? [])
      .filter(
        (tile) =>
          accept(tile) &&
          (matchesText(tile, text) || (text.trim() === asked && byAccount.has(tile.id))),
      )
      .slice(0, shownAtMost)
  }, [meters.data, accounts.data, accounts.isPlaceholderData, accept, text, asked, searchAccounts])
}

export function MeterPicker({
  placeholder,
  accept,
  onPick,
  searchAccounts = false,
  inputRef,
  autoFocus,
  noHit,
  testId,
}: MeterPickerProps) {
  const [text, setText] = useState('')
  const [open, setOpen] = useState(false)
  const site = useSite()
  const { t } = useTranslation()
  const hits = useHits(text, accept, searchAccounts)
  const names = useMemo(() => new Map(site.data?.buildings.map((b) => [b.id, b.name])), [site.data])
  const pick = (id: string): void => {
    const tile = hits.find((hit) => hit.id === Number(id))
    if (!tile) return
    setText('')
    setOpen(false)
    onPick(tile)
  }
  return (
    <AutoComplete
      style={{ width: '100%' }}
      value={text}
      open={open}
      onOpenChange={setOpen}
      defaultActiveFirstOption
      onSelect={pick}
      showSearch={{
        filterOption: false,
        onSearch: (value: string) => {
          setText(value)
          setOpen(true)
        },
      }}
      notFoundContent={text.trim() ? noHit : null}
      listHeight={360}
      options={hits.map((tile) => ({
        value: String(tile.id),
        label: <MeterOption tile={tile} building={names.get(tile.building_id ?? -1)} />,
      }))}
    >
      <Input
        ref={inputRef}
        size="large"
        prefix={<SearchOutlined />}
        placeholder={placeholder}
        aria-label={placeholder}
        autoFocus={autoFocus}
        title={t('common.search')}
        data-testid={testId}
      />
    </AutoComplete>
  )
}
