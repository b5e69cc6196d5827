// Who a person is, as a JWT says it.

import { randomBytes } from 'node:crypto';
import jwt from 'jsonwebtoken';

const kSecret = process.env.JWT_SECRET ?? randomBytes(32).toString('hex');

export const signToken = ({ userID, pollID, name }) =>
  jwt.sign({ pollID, name }, kSecret, { algorithm: 'HS256', subject: userID, expiresIn: '2h' });

// Returns {userID, pollID, name}; null if the token is not good.
export function verifyToken(token) {
  try {
    const { sub, pollID, name } = jwt.verify(token, kSecret, { algorithms: ['HS256'] });
    return { userID: sub, pollID, name };
  } catch {
    return null;
  }
}
