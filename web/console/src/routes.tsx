/** Addresses of the console; every page is its own file to load, except the first one. */
import { lazy } from 'react'
import { BrowserRouter, Route, Routes } from 'react-router'
import { MatrixPage } from '@/pages/matrix/MatrixPage'
import { Shell } from '@/shell/Shell'

const page = (load: () => Promise<Record<string, unknown>>, name: string) =>
  lazy(async () => ({ default: (await load())[name] as React.ComponentType }))

const AccountPage = page(() => import('@/pages/accounts/AccountPage'), 'AccountPage')
const AccountsPage = page(() => import('@/pages/accounts/AccountsPage'), 'AccountsPage')
const OpenAccountPage = page(() => import('@/pages/accounts/OpenAccountPage'), 'OpenAccountPage')
const AlarmsPage = page(() => import('@/pages/alarms/AlarmsPage'), 'AlarmsPage')
const RulesPage = page(() => import('@/pages/alarms/RulesPage'), 'RulesPage')
const LossesPage = page(() => import('@/pages/losses/LossesPage'), 'LossesPage')
const LossPage = page(() => import('@/pages/losses/LossPage'), 'LossPage')
const CutsPage = page(() => import('@/pages/cuts/CutsPage'), 'CutsPage')
const RehearsalPage = page(() => import('@/pages/cuts/RehearsalPage'), 'RehearsalPage')
const LimitingPage = page(() => import('@/pages/limiting/LimitingPage'), 'LimitingPage')
const NewPlanPage = page(() => import('@/pages/limiting/NewPlanPage'), 'NewPlanPage')
const RunPage = page(() => import('@/pages/limiting/RunPage'), 'RunPage')
const CommissioningPage = page(
  () => import('@/pages/commissioning/CommissioningPage'),
  'CommissioningPage',
)
const CheckPage = page(() => import('@/pages/commissioning/CheckPage'), 'CheckPage')
const PulsePage = page(() => import('@/pages/commissioning/PulsePage'), 'PulsePage')
const AuditPage = page(() => import('@/pages/setup/AuditPage'), 'AuditPage')
const BatchesPage = page(() => import('@/pages/batches/BatchesPage'), 'BatchesPage')
const BatchPage = page(() => import('@/pages/batches/BatchPage'), 'BatchPage')
const NewBatchPage = page(() => import('@/pages/batches/NewBatchPage'), 'NewBatchPage')
const BooksPage = page(() => import('@/pages/setup/BooksPage'), 'BooksPage')
const BusesPage = page(() => import('@/pages/buses/BusesPage'), 'BusesPage')
const BusPage = page(() => import('@/pages/buses/BusPage'), 'BusPage')
const CommandsPage = page(() => import('@/pages/commands/CommandsPage'), 'CommandsPage')
const GatewaysPage = page(() => import('@/pages/setup/GatewaysPage'), 'GatewaysPage')
const GuidePage = page(() => import('@/pages/guide/GuidePage'), 'GuidePage')
const ImportPage = page(() => import('@/pages/import/ImportPage'), 'ImportPage')
const MeterPage = page(() => import('@/pages/meter/MeterPage'), 'MeterPage')
const MetersPage = page(() => import('@/pages/setup/MetersPage'), 'MetersPage')
const BillsPage = page(() => import('@/pages/wallet/BillsPage'), 'BillsPage')
const NoticesPage = page(() => import('@/pages/notices/NoticesPage'), 'NoticesPage')
const NotFoundPage = page(() => import('@/pages/NotFoundPage'), 'NotFoundPage')
const OwnPasswordPage = page(() => import('@/pages/login/OwnPasswordPage'), 'OwnPasswordPage')
const SalePage = page(() => import('@/pages/sale/SalePage'), 'SalePage')
const UsersPage = page(() => import('@/pages/users/UsersPage'), 'UsersPage')
const ProposalsPage = page(() => import('@/pages/proposals/ProposalsPage'), 'ProposalsPage')
const SettlementsPage = page(
  () => import('@/pages/settlements/SettlementsPage'),
  'SettlementsPage',
)
const TariffPage = page(() => import('@/pages/tariffs/TariffPage'), 'TariffPage')
const EditorPage = page(() => import('@/pages/tariffs/editor/EditorPage'), 'EditorPage')
const TariffsPage = page(() => import('@/pages/tariffs/TariffsPage'), 'TariffsPage')
const VendsPage = page(() => import('@/pages/vends/VendsPage'), 'VendsPage')

export function Pages() {
  return (
    <BrowserRouter>
      <Routes>
        <Route element={<Shell />}>
          <Route path="/" element={<MatrixPage />} />
          <Route path="/guide" element={<GuidePage />} />
          <Route path="/accounts/new" element={<OpenAccountPage />} />
          <Route path="/accounts" element={<AccountsPage />} />
          <Route path="/accounts/:id" element={<AccountPage />} />
          <Route path="/sell" element={<SalePage />} />
          <Route path="/vends" element={<VendsPage />} />
          <Route path="/alarms" element={<AlarmsPage />} />
          <Route path="/alarms/rules" element={<RulesPage />} />
          <Route path="/losses" element={<LossesPage />} />
          <Route path="/losses/:id" element={<LossPage />} />
          <Route path="/cuts" element={<CutsPage />} />
          <Route path="/cuts/rehearsals/:id" element={<RehearsalPage />} />
          <Route path="/limiting" element={<LimitingPage />} />
          <Route path="/limiting/new" element={<NewPlanPage />} />
          <Route path="/limiting/runs/:id" element={<RunPage />} />
          <Route path="/commissioning" element={<CommissioningPage />} />
          <Route path="/commissioning/checks/:id" element={<CheckPage />} />
          <Route path="/commissioning/pulses/:id" element={<PulsePage />} />
          <Route path="/meters" element={<MetersPage />} />
          <Route path="/meters/:id" element={<MeterPage />} />
          <Route path="/meters/:id/bills" element={<BillsPage />} />
          <Route path="/notices" element={<NoticesPage />} />
          <Route path="/batches" element={<BatchesPage />} />
          <Route path="/batches/new" element={<NewBatchPage />} />
          <Route path="/batches/:id" element={<BatchPage />} />
          <Route path="/commands" element={<CommandsPage />} />
          <Route path="/buses" element={<BusesPage />} />
          <Route path="/buses/:id" element={<BusPage />} />
          <Route path="/gateways" element={<GatewaysPage />} />
          <Route path="/import" element={<ImportPage />} />
          <Route path="/books" element={<BooksPage />} />
          <Route path="/audit" element={<AuditPage />} />
          <Route path="/settlements" element={<SettlementsPage />} />
          <Route path="/proposals" element={<ProposalsPage />} />
          <Route path="/tariffs" element={<TariffsPage />} />
          <Route path="/tariffs/:id/edit" element={<EditorPage />} />
          <Route path="/tariffs/:id" element={<TariffPage />} />
          <Route path="/users" element={<UsersPage />} />
          <Route path="/password" element={<OwnPasswordPage />} />
          <Route path="*" element={<NotFoundPage />} />
        </Route>
      </Routes>
    </BrowserRouter>
  )
}
