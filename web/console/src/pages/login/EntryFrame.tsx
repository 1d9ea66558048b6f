/** The frame of login and first password: brand on one side, form on the other. */
import { CheckCircleFilled } from '@ant-design/icons'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { LanguageButton, ThemeButton } from '@/shell/Header'
import { Logo } from '@/shell/Logo'
import './login.css'

export function EntryFrame({ children }: { children: ReactNode }) {
  const { t } = useTranslation()
  return (
    <div className="entry">
      <div className="entry-brand">
        <div className="mark">
          <Logo size={44} />
          {t('app.name')}
        </div>
        <div className="words">
          <h2>{t('app.title')}</h2>
          <p>{t('app.tagline')}</p>
          <ul>
            {[t('login.point1'), t('login.point2'), t('login.point3')].map((text) => (
              <li key={text}>
                <CheckCircleFilled aria-hidden />
                {text}
              </li>
            ))}
          </ul>
        </div>
      </div>
      <main className="entry-form">
        <div className="tools">
          <LanguageButton />
          <ThemeButton />
        </div>
        <div className="inner">{children}</div>
      </main>
    </div>
  )
}
