/** 登陆. */
import { LockOutlined, UserOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Alert, Button, Form, Input } from 'antd'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { client, csrf, unwrap } from '@/api/client'
import { FormError } from '@/common/views'
import { EntryFrame } from './EntryFrame'

interface Credentials {
  name: string
  password: string
}

export function LoginPage({ expired, onLogin }: { expired: boolean; onLogin: () => void }) {
  const { t } = useTranslation()
  const login = useMutation({
    mutationFn: (body: Credentials) =>
      unwrap(client.POST('/api/v1/login', { params: { header: csrf }, body })),
    onSuccess: onLogin,
  })
  useEffect(() => {
    document.title = `${t('login.heading')} · ${t('app.name')}`
  }, [t])
  return (
    <EntryFrame>
      <h1>{t('login.heading')}</h1>
      <p className="lead">{t('app.title')}</p>
      {expired && !login.error && (
        <Alert type="warning" showIcon title={t('login.expired')} style={{ marginBottom: 16 }} />
      )}
      <FormError error={login.error} testId="login-error" />
      <Form<Credentials>
        layout="vertical"
        size="large"
        requiredMark={false}
        onFinish={(body) => login.mutate(body)}
      >
        <Form.Item
          name="name"
          label={t('login.name')}
          rules={[{ required: true, message: t('login.nameNeeded') }]}
        >
          <Input
            prefix={<UserOutlined />}
            autoComplete="username"
            autoFocus
            data-testid="login-name"
          />
        </Form.Item>
        <Form.Item
          name="password"
          label={t('login.password')}
          rules={[{ required: true, message: t('login.passwordNeeded') }]}
        >
          <Input.Password
            prefix={<LockOutlined />}
            autoComplete="current-password"
            data-testid="login-password"
          />
        </Form.Item>
        <Button
          type="primary"
          htmlType="submit"
          block
          loading={login.isPending}
          data-testid="login-submit"
        >
          {t('login.submit')}
        </Button>
      </Form>
      <p className="small muted" style={{ marginTop: 20 }}>
        {t('login.first')}
      </p>
    </EntryFrame>
  )
}
