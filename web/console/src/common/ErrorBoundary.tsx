/** A page that throws shows what happened and a way on, in place of a white screen. */
import { Button } from 'antd'
import { Component, type ReactNode } from 'react'
import { withTranslation, type WithTranslation } from 'react-i18next'

interface State {
  error: Error | null
}

class Boundary extends Component<WithTranslation & { children: ReactNode }, State> {
  state: State = { error: null }

  static getDerivedStateFromError(error: Error): State {
    return { error }
  }

  render(): ReactNode {
    const { error } = this.state
    const { t, children } = this.props
    if (!error) return children
    return (
      <div className="panel state-view error" role="alert">
        <h3>{t('error.page')}</h3>
        <p>{t('error.pageHint')}</p>
        <p className="small break">
          <code>
            {error.name}: {error.message}
          </code>
        </p>
        <div className="do">
          <Button type="primary" onClick={() => location.reload()}>
            {t('common.retry')}
          </Button>
        </div>
      </div>
    )
  }
}

export const ErrorBoundary = withTranslation()(Boundary)
