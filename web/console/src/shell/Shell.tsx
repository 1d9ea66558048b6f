/** The frame around every page: menu, header, demo banner, live events. */
import { ExperimentOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { Drawer, Layout } from 'antd'
import { Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, Outlet, useLocation } from 'react-router'
import { followEvents, type LiveStatus } from '@/api/live'
import { useMeters, useSite } from '@/api/queries'
import { observeStationTime } from '@/common/clock'
import { ErrorBoundary } from '@/common/ErrorBoundary'
import { LoadingView } from '@/common/views'
import { useNarrow } from '@/common/useNarrow'
import { setTimeZone } from '@/domain/time'
import { HeaderBar } from './Header'
import { Logo } from './Logo'
import { SideMenu } from './menu'

function Brand() {
  const { t } = useTranslation()
  return (
    <Link to="/" className="brand" aria-label={t('nav.home')}>
      <Logo />
      <span>
        <b>{t('app.name')}</b>
        <small>{t('app.title')}</small>
      </span>
    </Link>
  )
}

function DemoBanner() {
  const { t } = useTranslation()
  const site = useSite()
  if (!site.data?.simulated) return null
  return (
    <div className="demo-banner" role="note" data-testid="demo-banner">
      <ExperimentOutlined aria-hidden />
      <span>{t('demo.banner')}</span>
      <Link to="/guide">{t('demo.link')}</Link>
    </div>
  )
}

/** While the stream of events is down the screens ask by themselves. */
const askEveryMs = 10_000

function useLiveStation(): LiveStatus {
  const cache = useQueryClient()
  const [status, setStatus] = useState<LiveStatus>('connecting')
  const site = useSite()
  const meters = useMeters()
  useEffect(() => followEvents(cache, setStatus), [cache])
  useEffect(() => {
    if (site.data?.property) setTimeZone(site.data.property.time_zone)
  }, [site.data])
  useEffect(() => {
    if (status !== 'broken') return undefined
    const timer = setInterval(() => void cache.invalidateQueries(), askEveryMs)
    return () => clearInterval(timer)
  }, [cache, status])
  const asOf = meters.data?.as_of_at
  useEffect(() => {
    if (asOf) observeStationTime(asOf)
  }, [asOf])
  return status
}

export function Shell() {
  const { t } = useTranslation()
  const narrow = useNarrow()
  const [menuOpen, setMenuOpen] = useState(false)
  const status = useLiveStation()
  const { pathname } = useLocation()
  useEffect(() => {
    // scrollTo gives a promise in newer browsers; an effect must not return it.
    void window.scrollTo(0, 0)
  }, [pathname])
  return (
    <Layout className="shell" hasSider={!narrow}>
      <a href="#main" className="skip-link">
        {t('nav.skip')}
      </a>
      {!narrow && (
        <Layout.Sider width={220} className="shell-sider">
          <Brand />
          <SideMenu />
        </Layout.Sider>
      )}
      {narrow && (
        <Drawer
          placement="left"
          size={264}
          open={menuOpen}
          onClose={() => setMenuOpen(false)}
          title={<Brand />}
          styles={{ body: { padding: '8px 4px' }, header: { padding: '0 8px' } }}
        >
          <SideMenu onNavigate={() => setMenuOpen(false)} />
        </Drawer>
      )}
      <Layout style={{ background: 'transparent', minWidth: 0 }}>
        <Layout.Header className="shell-header">
          <HeaderBar status={status} onMenu={() => setMenuOpen(true)} />
        </Layout.Header>
        <DemoBanner />
        <main id="main" className="shell-main" tabIndex={-1}>
          <ErrorBoundary key={pathname}>
            <Suspense fallback={<LoadingView rows={8} />}>
              <Outlet />
            </Suspense>
          </ErrorBoundary>
        </main>
      </Layout>
    </Layout>
  )
}
