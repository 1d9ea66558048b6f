/** The bar on top: property, search, live state, alarms, language, theme, user. */
import {
  BellOutlined,
  BulbOutlined,
  LockOutlined,
  LogoutOutlined,
  MenuOutlined,
  MoonOutlined,
  SunOutlined,
  UserOutlined,
} from '@ant-design/icons'
import { Badge, Button, Dropdown, Tooltip } from 'antd'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { LiveStatus } from '@/api/live'
import { useAlarms, useSite } from '@/api/queries'
import { useNarrow } from '@/common/useNarrow'
import { switchLanguage } from '@/i18n'
import { themeChoices, useTheme } from '@/theme/ThemeContext'
import { QuickSearch } from './QuickSearch'
import { useSession } from './SessionContext'

export function LanguageButton() {
  const { t, i18n } = useTranslation()
  const next = i18n.language === 'zh' ? 'en' : 'zh'
  return (
    <Tooltip title={t('header.language')}>
      <Button
        type="text"
        data-testid="language"
        aria-label={t('header.language')}
        onClick={() => switchLanguage(next)}
      >
        {next === 'en' ? 'EN' : '中文'}
      </Button>
    </Tooltip>
  )
}

export function ThemeButton() {
  const { t } = useTranslation()
  const { choice, isDark, choose } = useTheme()
  const label = {
    light: t('header.themeLight'),
    dark: t('header.themeDark'),
    system: t('header.themeSystem'),
  }
  const icon = { light: <SunOutlined />, dark: <MoonOutlined />, system: <BulbOutlined /> }
  const items = themeChoices.map((key) => ({ key, icon: icon[key], label: label[key] }))
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items,
        selectable: true,
        selectedKeys: [choice],
        onClick: ({ key }) => choose(key as typeof choice),
      }}
    >
      <Button
        type="text"
        aria-label={t('header.theme')}
        title={t('header.theme')}
        data-testid="theme"
        icon={isDark ? <MoonOutlined /> : <SunOutlined />}
      />
    </Dropdown>
  )
}

function AlarmButton() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const alarms = useAlarms({ active: 1, unacknowledged: 1, limit: 1 })
  const count = alarms.data?.total ?? 0
  const label = t('header.alarms', { count })
  return (
    <Badge count={count} size="small" offset={[-8, 7]} overflowCount={999}>
      <Button
        type="text"
        icon={<BellOutlined />}
        aria-label={label}
        title={label}
        data-testid="alarm-button"
        onClick={() => void navigate('/alarms')}
      />
    </Badge>
  )
}

function UserMenu() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { session, logout } = useSession()
  const narrow = useNarrow()
  const items = [
    {
      key: 'who',
      disabled: true,
      label: `${session.user.name} · ${t(`state.role.${session.user.role}`)}`,
    },
    { type: 'divider' as const },
    { key: 'password', icon: <LockOutlined />, label: t('header.changePassword') },
    { key: 'logout', icon: <LogoutOutlined />, label: t('header.logout') },
  ]
  const onClick = ({ key }: { key: string }): void => {
    if (key === 'password') void navigate('/password')
    if (key === 'logout') logout()
  }
  return (
    <Dropdown trigger={['click']} menu={{ items, onClick }}>
      <Button
        type="text"
        icon={<UserOutlined />}
        aria-label={t('header.user')}
        data-testid="user-menu"
      >
        {narrow ? null : session.user.name}
      </Button>
    </Dropdown>
  )
}

function LiveDot({ status, short }: { status: LiveStatus; short: boolean }) {
  const { t } = useTranslation()
  const full = {
    live: t('header.live'),
    connecting: t('header.connecting'),
    broken: t('header.broken'),
  }[status]
  return (
    <span
      className={`live-dot ${status}`}
      role="status"
      title={full}
      data-testid="live-status"
      data-status={status}
    >
      {short ? '' : full}
    </span>
  )
}

interface HeaderProps {
  status: LiveStatus
  onMenu: () => void
}
export function HeaderBar({ status, onMenu }: HeaderProps) {
  const { t } = useTranslation()
  const narrow = useNarrow()
  const { session } = useSession()
  const site = useSite()
  const property = site.data?.property?.name ?? session.property?.name ?? ''
  return (
    <>
      {narrow && (
        <Button
          type="text"
          icon={<MenuOutlined />}
          aria-label={t('nav.menu')}
          data-testid="menu-button"
          onClick={onMenu}
        />
      )}
      {!narrow && (
        <span className="property-name ellipsis" title={property}>
          {property}
        </span>
      )}
      <QuickSearch />
      {!narrow && <span className="grow" />}
      <LiveDot status={status} short={narrow} />
      <AlarmButton />
      <LanguageButton />
      <ThemeButton />
      <UserMenu />
    </>
  )
}
