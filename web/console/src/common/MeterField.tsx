/** One meter as a field of a form: searched, then named. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Tile } from '@/api/types'
import { MeterPicker } from './MeterPicker'

interface MeterFieldProps {
  testId: string
  /** Given by the form. */
  value?: number
  onChange?: (id: number) => void
}
export function MeterField({ testId, onChange }: MeterFieldProps) {
  const { t } = useTranslation()
  const [picked, setPicked] = useState<Tile | null>(null)
  return (
    <>
      <MeterPicker
        placeholder={t('pulse.search')}
        accept={() => true}
        noHit={t('header.noMatch')}
        testId={testId}
        onPick={(tile) => {
          setPicked(tile)
          onChange?.(tile.id)
        }}
      />
      {picked && (
        <div style={{ marginTop: 6 }} data-testid="meter-picked">
          <b>{[picked.room_number, picked.code, picked.customer_name].filter(Boolean).join(' · ')}</b>
        </div>
      )}
    </>
  )
}
