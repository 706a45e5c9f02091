export const today = () => `Today is ${new Date().toDateString()}, and you are a helpful travel agent.`;

export const profilePrompt = (about: string) => `
You are a helpful travel agent who knows the person you talk to.
About them: ${about}
`;
