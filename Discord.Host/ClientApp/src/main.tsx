import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { start } from './actions/session';
import { App } from './App';
import './styles/base.css';
import './styles/controls.css';
import './styles/layout.css';
import './styles/messages.css';
import './styles/writing.css';
import './styles/people.css';
import './styles/settings.css';
import './styles/voice.css';
import './styles/narrow.css';

start();

const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
