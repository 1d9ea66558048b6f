/** The forced change of the one-time password. */
import { Button } from 'antd'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '@/shell/SessionContext'
import { EntryFrame } from './EntryFrame'
import { PasswordForm } from './PasswordForm'

export function PasswordPage({ isFirst, onDone }: { isFirst: boolean; onDone: () => void }) {
  const { t } = useTranslation()
  const { logout } = useSession()
  useEffect(() => {
    document.title = `${t('password.firstHeading')} · ${t('app.name')}`
  }, [t])
  return (
    <EntryFrame>
      <h1>{t('password.firstHeading')}</h1>
      <p className="lead">{t('password.firstHint')}</p>
      <PasswordForm isFirst={isFirst} onDone={onDone} />
      <Button type="link" block onClick={logout} style={{ marginTop: 8 }}>
        {t('header.logout')}
      </Button>
    </EntryFrame>
  )
}
