/** 销户 of one meter or a whole account, 换表: asks why and says what will happen. */
import { useTranslation } from 'react-i18next'
import { client, keyed, unwrap } from '@/api/client'
import type { Settlement } from '@/api/types'
import { ActDialog, ReasonItem } from '@/common/ActDialog'

interface SettleDialogProps {
  act: 'change_over' | 'close_meter'
  meterId: number
  place: string
  onClose: () => void
  onDone: (settlement: Settlement) => void
}
export function SettleDialog({ act, meterId, place, onClose, onDone }: SettleDialogProps) {
  const { t } = useTranslation()
  return (
    <ActDialog<{ reason: string }, Settlement>
      title={t(`settlement.${act}Title`, { meter: place })}
      text={t(`settlement.${act}Text`)}
      okText={t(`money.act.${act}`)}
      danger
      onClose={onClose}
      onDone={onDone}
      send={({ reason }, key) => {
        const request = {
          params: { path: { id: meterId }, header: keyed(key) },
          body: { reason: reason.trim() },
        }
        return unwrap(
          act === 'change_over'
            ? client.POST('/api/v1/meters/{id}/change-over', request)
            : client.POST('/api/v1/meters/{id}/close', request),
        )
      }}
    >
      <ReasonItem />
    </ActDialog>
  )
}

interface CloseAccountProps {
  accountId: number
  name: string
  onClose: () => void
  onDone: () => void
}
export function CloseAccountDialog({ accountId, name, onClose, onDone }: CloseAccountProps) {
  const { t } = useTranslation()
  return (
    <ActDialog<{ reason: string }, unknown>
      title={t('settlement.closeAccountTitle', { name })}
      text={t('settlement.closeAccountText')}
      okText={t('settlement.closeAccount')}
      danger
      onClose={onClose}
      onDone={onDone}
      send={({ reason }, key) =>
        unwrap(
          client.POST('/api/v1/accounts/{id}/close', {
            params: { path: { id: accountId }, header: keyed(key) },
            body: { reason: reason.trim() },
          }),
        )
      }
    >
      <ReasonItem />
    </ActDialog>
  )
}
