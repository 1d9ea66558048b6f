/** 修改密码, from the user menu. */
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { PageHead, Panel } from '@/common/Page'
import { PasswordForm } from './PasswordForm'
import './login.css'

export function OwnPasswordPage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  return (
    <>
      <PageHead title={t('password.heading')} />
      <div style={{ maxWidth: 440 }}>
        <Panel>
          <PasswordForm isFirst={false} onDone={() => void navigate('/')} />
        </Panel>
      </div>
    </>
  )
}
