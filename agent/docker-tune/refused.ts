import { AgentError } from '../../lib/errors.ts';

export const refused = (message: string) => new AgentError('DOCKER_TUNE_REFUSED', `tune docker: ${message}`);
