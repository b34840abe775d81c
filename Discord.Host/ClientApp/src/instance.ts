import { createContext } from 'react';
import type { Instance } from './api';

/** What the instance says of itself: asked once, when the page opens. */
export const InstanceContext = createContext<Instance>({ name: '', uploads: null, secure: null });
