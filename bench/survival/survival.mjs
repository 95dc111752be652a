export const survival = () => [];
