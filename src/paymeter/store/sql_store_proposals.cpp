// SqlStore's proposals: dispatch only.
#include "paymeter/store/sql.hpp"
#include "paymeter/store/sql_store_perform.hpp"

namespace paymeter::store {

template <class T>
using Answer = SqlStore::Answer<T>;
using domain::Proposal;

Answer<port::Stored<Proposal>> SqlStore::add_proposal(Proposal proposal) {
  return write(
      [proposal = std::move(proposal)](Db& db) { return sql::add_proposal(db, proposal); });
}

Answer<port::ProposalStore::Decided> SqlStore::decide_proposal(Decision decision) {
  return write(
      [decision = std::move(decision)](Db& db) { return sql::decide_proposal(db, decision); });
}

Answer<Proposal> SqlStore::find_proposal(ProposalId id) {
  return read([id](Db& db) { return sql::find_proposal(db, id); });
}

Answer<port::Listed<Proposal>> SqlStore::list_proposals(port::ProposalFilter filter) {
  return read([filter](Db& db) { return sql::list_proposals(db, filter); });
}

SqlStore::Answer<bool> SqlStore::quarantine_meter(domain::MeterMoney known) {
  return write([known = std::move(known)](Db& db) { return sql::quarantine_meter(db, known); });
}

}  // namespace paymeter::store
