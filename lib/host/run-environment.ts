/** What every program is started with: words that can be understood, and no pager that waits for a key. */
export const ENVIRONMENT = { LC_ALL: 'C', SYSTEMD_COLORS: '0', SYSTEMD_PAGER: '', SYSTEMD_LOG_LEVEL: 'warning' };
