/** Shows a one-time password, once. */
import { Modal } from 'antd'
import { useTranslation } from 'react-i18next'
import type { NewUser } from '@/api/types'
import { CopyText } from '@/common/CopyText'

export function OneTimePassword({ made, onClose }: { made: NewUser; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Modal
      open
      title={t('users.passwordTitle', { name: made.user.name })}
      onOk={onClose}
      onCancel={onClose}
      okText={t('users.passwordKept')}
      cancelButtonProps={{ style: { display: 'none' } }}
      mask={{ closable: false }}
    >
      <p>{t('users.passwordText')}</p>
      <CopyText text={made.one_time_password} testId="one-time-password" />
    </Modal>
  )
}
