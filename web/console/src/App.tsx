/** Providers and the way in: login, forced password change, then the console. */
import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query'
import { App as AntApp, ConfigProvider, Spin } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, csrf, onSessionError, unwrap } from '@/api/client'
import { ApiError } from '@/api/errors'
import { keys } from '@/api/keys'
import type { Right, Session } from '@/api/types'
import { ErrorView } from '@/common/views'
import { LoginPage } from '@/pages/login/LoginPage'
import { PasswordPage } from '@/pages/login/PasswordPage'
import { Pages } from '@/routes'
import { SessionProvider, type SessionValue } from '@/shell/SessionContext'
import { mayHaveSession, noteSession } from '@/shell/signedIn'
import { antdTheme } from '@/theme/theme'
import { ThemeProvider, useTheme } from '@/theme/ThemeContext'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      refetchOnWindowFocus: false,
      staleTime: 5_000,
      retry: (count, error) => error instanceof ApiError && error.isUncertain && count < 2,
    },
    mutations: { retry: false },
  },
})

function useSessionQuery(enabled: boolean) {
  return useQuery({
    queryKey: keys.session,
    enabled,
    staleTime: Infinity,
    queryFn: () => unwrap(client.GET('/api/v1/session')),
  })
}

function Entrance() {
  const cache = useQueryClient()
  const [asking, setAsking] = useState(mayHaveSession)
  const [expired, setExpired] = useState(false)
  const query = useSessionQuery(asking)
  const leave = useCallback(
    (isExpired: boolean) => {
      noteSession(false)
      setAsking(false)
      setExpired(isExpired)
      cache.clear()
    },
    [cache],
  )
  useEffect(
    () =>
      onSessionError((error) => {
        if (error.code === 'session_missing') leave(true)
        else void cache.invalidateQueries({ queryKey: keys.session })
      }),
    [cache, leave],
  )
  const enter = useCallback(() => {
    noteSession(true)
    cache.removeQueries({ queryKey: keys.session })
    setAsking(true)
  }, [cache])

  if (!asking) return <LoginPage expired={expired} onLogin={enter} />
  if (query.data) return <Inside session={query.data} onLeave={leave} />
  if (query.error) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />
  return <Spin fullscreen />
}

function Inside({ session, onLeave }: { session: Session; onLeave: (expired: boolean) => void }) {
  const cache = useQueryClient()
  const value = useMemo<SessionValue>(() => {
    const rights = new Set<Right>(session.rights)
    return {
      session,
      can: (right) => rights.has(right),
      logout: () => {
        void client
          .POST('/api/v1/logout', { params: { header: csrf } })
          .catch(() => undefined)
          .then(() => onLeave(false))
      },
    }
  }, [session, onLeave])
  const changed = (): void => void cache.invalidateQueries({ queryKey: keys.session })
  return (
    <SessionProvider value={value}>
      {session.user.must_change_password ? <PasswordPage isFirst onDone={changed} /> : <Pages />}
    </SessionProvider>
  )
}

function Themed() {
  const { isDark } = useTheme()
  const { i18n } = useTranslation()
  const theme = useMemo(() => antdTheme(isDark), [isDark])
  return (
    <ConfigProvider
      theme={theme}
      locale={i18n.language === 'en' ? enUS : zhCN}
      button={{ autoInsertSpace: false }}
    >
      <AntApp style={{ minHeight: '100%', height: '100%' }} message={{ maxCount: 3 }}>
        <QueryClientProvider client={queries}>
          <Entrance />
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  )
}

export function App() {
  return (
    <ThemeProvider>
      <Themed />
    </ThemeProvider>
  )
}
