/** The side menu, in operators' words; entries without a right are shown and explain themselves. */
import {
  AlertOutlined,
  ApiOutlined,
  AppstoreOutlined,
  AuditOutlined,
  BellOutlined,
  BookOutlined,
  ClusterOutlined,
  CompassOutlined,
  ControlOutlined,
  DashboardOutlined,
  FallOutlined,
  FileDoneOutlined,
  FileTextOutlined,
  HourglassOutlined,
  ImportOutlined,
  NotificationOutlined,
  PartitionOutlined,
  PayCircleOutlined,
  PoweroffOutlined,
  SafetyCertificateOutlined,
  SettingOutlined,
  SlidersOutlined,
  SolutionOutlined,
  SendOutlined,
  ThunderboltOutlined,
  SwapOutlined,
  TagsOutlined,
  TeamOutlined,
  UserAddOutlined,
  UserOutlined,
  WalletOutlined,
} from '@ant-design/icons'
import { Menu, type MenuProps } from 'antd'
import { useTranslation } from 'react-i18next'
import { useLocation, useNavigate } from 'react-router'

type Translate = (key: string) => string

const supplyEntries = (t: Translate): NonNullable<MenuProps['items']> => [
  {
    key: 'control',
    icon: <ThunderboltOutlined />,
    label: t('nav.control'),
    children: [
      { key: '/batches', icon: <ControlOutlined />, label: t('nav.batches') },
      { key: '/cuts', icon: <PoweroffOutlined />, label: t('nav.cuts') },
      { key: '/limiting', icon: <HourglassOutlined />, label: t('nav.limiting') },
      { key: '/commands', icon: <SendOutlined />, label: t('nav.commands') },
    ],
  },
  {
    key: 'watch',
    icon: <AlertOutlined />,
    label: t('nav.watch'),
    children: [
      { key: '/alarms', icon: <BellOutlined />, label: t('nav.alarms') },
      { key: '/alarms/rules', icon: <SlidersOutlined />, label: t('nav.rules') },
      { key: '/losses', icon: <FallOutlined />, label: t('nav.losses') },
    ],
  },
]

const entries = (t: Translate): MenuProps['items'] => [
  { key: '/', icon: <AppstoreOutlined />, label: t('nav.matrix') },
  { key: '/guide', icon: <CompassOutlined />, label: t('nav.guide') },
  {
    key: 'customers',
    icon: <TeamOutlined />,
    label: t('nav.customers'),
    children: [
      { key: '/accounts/new', icon: <UserAddOutlined />, label: t('nav.openAccount') },
      { key: '/accounts', icon: <UserOutlined />, label: t('nav.accounts') },
      { key: '/settlements', icon: <SwapOutlined />, label: t('nav.settlements') },
    ],
  },
  {
    key: 'sales',
    icon: <WalletOutlined />,
    label: t('nav.sales'),
    children: [
      { key: '/sell', icon: <PayCircleOutlined />, label: t('nav.sell') },
      { key: '/vends', icon: <FileTextOutlined />, label: t('nav.vends') },
      { key: '/proposals', icon: <FileDoneOutlined />, label: t('nav.proposals') },
    ],
  },
  ...supplyEntries(t),
  { key: '/notices', icon: <NotificationOutlined />, label: t('nav.notices') },
  {
    key: 'setup',
    icon: <SettingOutlined />,
    label: t('nav.setup'),
    children: [
      { key: '/meters', icon: <DashboardOutlined />, label: t('nav.meters') },
      { key: '/tariffs', icon: <TagsOutlined />, label: t('nav.tariffs') },
      { key: '/gateways', icon: <ClusterOutlined />, label: t('nav.gateways') },
      { key: '/buses', icon: <PartitionOutlined />, label: t('nav.buses') },
      {
        key: '/commissioning',
        icon: <SafetyCertificateOutlined />,
        label: t('nav.commissioning'),
      },
      { key: '/import', icon: <ImportOutlined />, label: t('nav.import') },
    ],
  },
  { key: '/books', icon: <BookOutlined />, label: t('nav.books') },
  { key: '/users', icon: <SolutionOutlined />, label: t('nav.users') },
  { key: '/audit', icon: <AuditOutlined />, label: t('nav.audit') },
  {
    key: 'docs',
    icon: <ApiOutlined />,
    label: (
      <a href="/docs/" target="_blank" rel="noreferrer">
        {t('nav.api')}
      </a>
    ),
  },
]

const selectable = [
  '/accounts/new',
  '/accounts',
  '/guide',
  '/sell',
  '/vends',
  '/alarms/rules',
  '/alarms',
  '/losses',
  '/notices',
  '/meters',
  '/gateways',
  '/batches',
  '/commands',
  '/cuts',
  '/limiting',
  '/buses',
  '/commissioning',
  '/import',
  '/books',
  '/settlements',
  '/proposals',
  '/tariffs',
  '/users',
  '/audit',
]
export function selectedKey(path: string): string {
  return selectable.find((key) => path === key || path.startsWith(`${key}/`)) ?? '/'
}

/** Everyday groups are open, and the one that the page belongs to; the rest opens on request. */
const groupOf: Record<string, string> = {
  '/batches': 'control',
  '/cuts': 'control',
  '/limiting': 'control',
  '/commands': 'control',
  '/alarms': 'watch',
  '/alarms/rules': 'watch',
  '/losses': 'watch',
  '/meters': 'setup',
  '/tariffs': 'setup',
  '/gateways': 'setup',
  '/buses': 'setup',
  '/commissioning': 'setup',
  '/import': 'setup',
}
const openGroups = (path: string): string[] => {
  const own = groupOf[selectedKey(path)]
  return ['customers', 'sales', 'control', ...(own && own !== 'control' ? [own] : [])]
}

export function SideMenu({ onNavigate }: { onNavigate?: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { pathname } = useLocation()
  return (
    <nav aria-label={t('nav.main')}>
      <Menu
        mode="inline"
        items={entries(t)}
        selectedKeys={[selectedKey(pathname)]}
        defaultOpenKeys={openGroups(pathname)}
        inlineIndent={18}
        onClick={({ key }) => {
          if (key.startsWith('/')) void navigate(key)
          onNavigate?.()
        }}
      />
    </nav>
  )
}
