import 'antd/dist/reset.css'
import './theme/global.css'
import { createRoot } from 'react-dom/client'
import { App } from './App'
import './i18n'

const root = document.getElementById('root')
if (root) createRoot(root).render(<App />)
