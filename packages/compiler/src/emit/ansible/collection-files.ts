import actionBatch from './collection/action/batch.py';
import actionBootId from './collection/action/boot_id.py';
import actionStep from './collection/action/step.py';
import actionUndo from './collection/action/undo.py';
import callbackJournal from './collection/callback/journal.py';
import connectionWords from './collection/connection/words.py';
import filterHost from './collection/filter/host.py';
import arrival from './collection/module_utils/arrival.py';
import begin from './collection/module_utils/begin.py';
import clock from './collection/module_utils/clock.py';
import control from './collection/module_utils/control.py';
import health from './collection/module_utils/health.py';
import journal from './collection/module_utils/journal.py';
import obstacles from './collection/module_utils/obstacles.py';
import plan from './collection/module_utils/plan.py';
import questions from './collection/module_utils/questions.py';
import refreshes from './collection/module_utils/refreshes.py';
import restores from './collection/module_utils/restores.py';
import resumeBatch from './collection/module_utils/resume_batch.py';
import retry from './collection/module_utils/retry.py';
import rollback from './collection/module_utils/rollback.py';
import rolls from './collection/module_utils/rolls.py';
import run from './collection/module_utils/run.py';
import shorten from './collection/module_utils/shorten.py';
import standing from './collection/module_utils/standing.py';
import state from './collection/module_utils/state.py';
import steps from './collection/module_utils/steps.py';
import wayBack from './collection/module_utils/way_back.py';
import testPlan from './collection/test/plan.py';

const FOLDER = 'collections/ansible_collections/belay/run';

/** The collection `belay.run`, which every project carries: the journal and what asks it. Nothing has to be installed. */
export const COLLECTION_FILES: readonly (readonly [path: string, text: string])[] = [
  [`${FOLDER}/galaxy.yml`, '---\nnamespace: belay\nname: run\nversion: 1.0.0\nreadme: README.md\nauthors:\n  - Belay\ndescription: The journal of a Belay plan\nlicense:\n  - Apache-2.0\n'],
  [`${FOLDER}/README.md`, '# belay.run\n\nKeeps the journal of a plan and answers what is left to do. It comes with each project and needs nothing but ansible-core.\n'],
  [`${FOLDER}/meta/runtime.yml`, '---\nrequires_ansible: ">=2.14"\n'],
  [`${FOLDER}/plugins/action/batch.py`, actionBatch],
  [`${FOLDER}/plugins/action/boot_id.py`, actionBootId],
  [`${FOLDER}/plugins/action/step.py`, actionStep],
  [`${FOLDER}/plugins/action/undo.py`, actionUndo],
  [`${FOLDER}/plugins/callback/journal.py`, callbackJournal],
  [`${FOLDER}/plugins/connection/words.py`, connectionWords],
  [`${FOLDER}/plugins/filter/host.py`, filterHost],
  [`${FOLDER}/plugins/test/plan.py`, testPlan],
  [`${FOLDER}/plugins/module_utils/arrival.py`, arrival],
  [`${FOLDER}/plugins/module_utils/begin.py`, begin],
  [`${FOLDER}/plugins/module_utils/clock.py`, clock],
  [`${FOLDER}/plugins/module_utils/control.py`, control],
  [`${FOLDER}/plugins/module_utils/health.py`, health],
  [`${FOLDER}/plugins/module_utils/journal.py`, journal],
  [`${FOLDER}/plugins/module_utils/obstacles.py`, obstacles],
  [`${FOLDER}/plugins/module_utils/plan.py`, plan],
  [`${FOLDER}/plugins/module_utils/questions.py`, questions],
  [`${FOLDER}/plugins/module_utils/refreshes.py`, refreshes],
  [`${FOLDER}/plugins/module_utils/restores.py`, restores],
  [`${FOLDER}/plugins/module_utils/resume_batch.py`, resumeBatch],
  [`${FOLDER}/plugins/module_utils/retry.py`, retry],
  [`${FOLDER}/plugins/module_utils/rollback.py`, rollback],
  [`${FOLDER}/plugins/module_utils/rolls.py`, rolls],
  [`${FOLDER}/plugins/module_utils/run.py`, run],
  [`${FOLDER}/plugins/module_utils/shorten.py`, shorten],
  [`${FOLDER}/plugins/module_utils/standing.py`, standing],
  [`${FOLDER}/plugins/module_utils/state.py`, state],
  [`${FOLDER}/plugins/module_utils/steps.py`, steps],
  [`${FOLDER}/plugins/module_utils/way_back.py`, wayBack],
];
