/** The same suite on the kernels for processors without AVX-512, which a machine that has it would never run. */
import { describe, vi } from 'vitest';
import { kernelForms } from '../../testing/kernel-forms';
import { hasCustom } from './custom';

vi.hoisted(() => {
  process.env.CSDNET_KERNELS = 'x86-64-v3';
});

describe.skipIf(!hasCustom())('with our kernels for AVX2', kernelForms);
