import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { EmptyView } from '@/common/views'

export function NotFoundPage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  return (
    <div className="panel">
      <EmptyView title={t('error.notFound')} hint={t('error.notFoundHint')}>
        <Button type="primary" onClick={() => void navigate('/')}>
          {t('error.home')}
        </Button>
      </EmptyView>
    </div>
  )
}
