/** The console's look as antd tokens; both modes keep WCAG AA contrast. */
import { theme as antd, type ThemeConfig } from 'antd'

const font = [
  '-apple-system',
  '"Segoe UI"',
  '"PingFang SC"',
  '"Microsoft YaHei"',
  '"Noto Sans CJK SC"',
  '"WenQuanYi Micro Hei"',
  'Roboto',
  'sans-serif',
].join(', ')

export function antdTheme(isDark: boolean): ThemeConfig {
  return {
    algorithm: isDark ? antd.darkAlgorithm : antd.defaultAlgorithm,
    cssVar: { key: 'paymeter' },
    hashed: false,
    token: {
      colorPrimary: isDark ? '#2a6fd1' : '#0958d9',
      colorInfo: isDark ? '#3c89e8' : '#0958d9',
      colorLink: isDark ? '#6ba8f5' : '#0958d9',
      colorSuccess: isDark ? '#49aa19' : '#237804',
      colorWarning: isDark ? '#d89614' : '#ad6800',
      colorSuccessBg: isDark ? '#12301d' : '#e9f7ee',
      colorSuccessBorder: isDark ? '#285f3c' : '#9bd5ad',
      colorWarningBg: isDark ? '#332a0a' : '#fff7dd',
      colorWarningBorder: isDark ? '#6b5a1b' : '#e6c651',
      colorError: isDark ? '#e8555a' : '#cf1322',
      colorTextDescription: isDark ? 'rgba(255,255,255,.65)' : 'rgba(0,0,0,.62)',
      colorTextTertiary: isDark ? 'rgba(255,255,255,.62)' : 'rgba(0,0,0,.62)',
      colorTextPlaceholder: isDark ? 'rgba(255,255,255,.55)' : 'rgba(0,0,0,.58)',
      colorBgLayout: isDark ? '#0d1117' : '#f3f5f9',
      colorBgContainer: isDark ? '#161b22' : '#ffffff',
      colorBgElevated: isDark ? '#1c2430' : '#ffffff',
      colorBorderSecondary: isDark ? '#2a323d' : '#e6e9ef',
      borderRadius: 8,
      fontFamily: font,
      fontSize: 14,
    },
    components: {
      Layout: {
        headerBg: isDark ? '#161b22' : '#ffffff',
        siderBg: isDark ? '#11161d' : '#ffffff',
        headerHeight: 56,
        headerPadding: '0 16px',
      },
      Menu: {
        itemBorderRadius: 8,
        itemHeight: 38,
        activeBarBorderWidth: 0,
        iconSize: 16,
        ...(isDark
          ? {
              itemBg: '#11161d',
              subMenuItemBg: '#11161d',
              itemSelectedColor: '#9cc6fb',
              subMenuItemSelectedColor: '#9cc6fb',
            }
          : { subMenuItemBg: '#ffffff' }),
      },
      Table: { headerBorderRadius: 8, cellPaddingBlockSM: 9 },
      Button: {
        primaryShadow: 'none',
        defaultShadow: 'none',
        defaultHoverColor: isDark ? '#9cc6fb' : '#0958d9',
        defaultHoverBorderColor: isDark ? '#6ba8f5' : '#0958d9',
      },
      ...(isDark
        ? {
            Tabs: {
              itemSelectedColor: '#8fbdf9',
              itemHoverColor: '#8fbdf9',
              inkBarColor: '#6ba8f5',
            },
          }
        : {}),
      Card: { headerFontSize: 15, headerHeight: 48, bodyPadding: 20 },
      Statistic: { contentFontSize: 22 },
    },
  }
}
