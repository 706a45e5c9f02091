export const Alert = () => null;
