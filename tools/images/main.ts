import { imageEngine, type ImageEngine } from './engine.ts';
import { buildProductImage } from './product-image.ts';

/** `npm run image`: builds the image and prints its name and size. */
try {
  const engine = await imageEngine();
  await build(engine).finally(engine.stop);
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function build(engine: ImageEngine): Promise<void> {
  const { name, size, baseImages } = await buildProductImage(engine);
  const megabytes = Math.round(size / 1e6);
  console.log(`${name}: ${megabytes} MB, of ${baseImages.join(' and ')}, by ${engine.source}`);
}
