import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { start } from './actions';
import { App } from './App';
import './styles.css';

start();

const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
