export const servers = () => [];
